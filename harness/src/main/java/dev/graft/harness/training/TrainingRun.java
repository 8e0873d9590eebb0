package dev.graft.harness.training;

import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorsInMemory;
import dev.graft.files.NewFolder;
import dev.graft.harness.environment.Environment;
import dev.graft.harness.environment.PluginHashes;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Batches;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.Splits;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.HeadOrigin;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.saved.Saved;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One stack is trained and saved: the one way from a model's files to those of a checkpoint.
 *
 * @param model as {@link ModelDirectory#of} takes it
 * @param objective what is learnt
 * @param start what is trained
 * @param precision in which the host is kept and computes
 * @param seed of the fresh parameters, the order of the data and the dropout
 * @param output the folder to be made
 * @param command goes into the provenance
 * @param until the step after which it is judged, saved and rests, if that is not its last; it goes
 *     on from there when it is run again
 */
public record TrainingRun(
    String model,
    Objective objective,
    Start start,
    Recipe recipe,
    Precision precision,
    long seed,
    Path output,
    Optional<String> command,
    Optional<Integer> until,
    Trail trail) {

  /**
   * Loads, trains, judges and saves.
   *
   * @param meter of the device, in the set-up
   */
  public <S extends Splits, J> TrainingResult<J> on(
      Device device,
      PhaseMeter meter,
      Methods methods,
      Judge<S, J> judge,
      Consumer<Progress> listener) {
    Instant begin = Instant.now();
    NewFolder.require(output);
    Steering steering = Steering.of(recipe, objective);
    listener.accept(new Progress(Progress.Phase.LOADING, 0, 0, Double.NaN));
    ModelDirectory directory = ModelDirectory.of(model);
    device.captureGraphs(recipe.capture());
    try (Model host = Model.load(directory, device, recipe.options(precision));
        Attachment attachment = attach(host, methods);
        Tokenizer tokenizer =
            Tokenizer.open(directory.path(), Math.min(recipe.maxLength(), attachment.room()))) {
      objective.require(attachment);
      Stack stack = attachment.stack();
      OutputFolder.requireRoom(output, Float.BYTES * (stack.methodCount() + stack.headCount()));
      S splits = judge.read(attachment, tokenizer);
      List<HeadOrigin> drawn =
          attachment.headOrigins().stream().filter(HeadOrigin::isDrawn).toList();
      Environment environment =
          Environment.of(host, objective, new PluginHashes(methods).of(stack.spec()), begin);
      Snapshots snapshots = new Snapshots(trail, identity(environment, attachment));
      Batches batches = recipe.batches(splits.train(), stack.head(), attachment.room());
      Peaks peaks = Peaks.of(recipe.rates(), stack, recipe.planned(batches.count()));
      TrainingSteps steps =
          new Trainer(recipe, peaks, seed, steering, until)
              .train(attachment, batches, splits, trail, snapshots, meter, listener);
      meter.enter(Phase.EVALUATION);
      J judgement = judge.judge(attachment, splits);
      meter.enter(Phase.SAVING);
      listener.accept(new Progress(Progress.Phase.SAVING, 0, 0, Double.NaN));
      Provenance provenance =
          new Provenance(
              environment,
              model,
              stack.toString(),
              precision,
              seed,
              recipe,
              peaks,
              steps.count(),
              steps.kept(),
              start instanceof Start.Further saved ? Optional.of(saved.folder()) : Optional.empty(),
              judge.scores(judgement),
              device.graphUse().told(),
              command);
      Saved.save(attachment, output, provenance.written());
      if (until.isEmpty()) {
        snapshots.finish();
      }
      return new TrainingResult<>(
          stack.toString(),
          new Counts(stack.methodCount(), stack.headCount(), host.host().parameterCount()),
          drawn,
          steps,
          judgement,
          provenance);
    }
  }

  /** All that decides how it turns out, but for what differs from one machine to the next. */
  private Map<String, String> identity(Environment environment, Attachment begun) {
    Map<String, String> identity = new TreeMap<>(recipe.written());
    identity.putAll(environment.identity().written());
    identity.put("pytorch", environment.pytorch());
    identity.put("device", environment.device());
    identity.put("stack", begun.stack().toString());
    identity.put("precision", precision.toString());
    identity.put("seed", String.valueOf(seed));
    if (start instanceof Start.Further saved && trail.snapshot().isPresent()) {
      List<TensorData> tensors = new ArrayList<>();
      begun.stored().forEach((name, tensor) -> tensors.add(Snapshot.data(name, tensor)));
      identity.put("from", Fingerprint.of(new TensorsInMemory(saved.folder(), tensors)));
    }
    return identity;
  }

  private Attachment attach(Model host, Methods methods) {
    if (start instanceof Start.Further saved) {
      return Saved.open(host, saved.folder(), methods, saved.base());
    }
    StackSpec spec = ((Start.Fresh) start).stack();
    recipe.rates().require(spec);
    return host.attach(Stack.of(host.host(), spec, objective.head(host.host())), seed);
  }
}
