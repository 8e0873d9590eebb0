package dev.graft.harness.training;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.files.NewFolder;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.objective.Examples;
import dev.graft.harness.objective.Objective;
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
import java.util.List;
import java.util.Optional;
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
 */
public record TrainingRun(
    String model,
    Objective objective,
    Start start,
    Recipe recipe,
    Precision precision,
    long seed,
    Path output,
    Optional<String> command) {

  /** Loads, trains, judges and saves. */
  public <J> TrainingResult<J> on(
      Device device, Methods methods, Judge<J> judge, Consumer<Progress> listener) {
    Instant begin = Instant.now();
    NewFolder.require(output);
    listener.accept(new Progress(Progress.Phase.LOADING, 0, 0, Double.NaN));
    ModelDirectory directory = ModelDirectory.of(model);
    try (Model host = Model.load(directory, device, recipe.options(precision));
        Attachment attachment = attach(host, methods);
        Tokenizer tokenizer =
            Tokenizer.open(directory.path(), Math.min(recipe.maxLength(), attachment.room()))) {
      objective.require(attachment);
      OutputFolder.requireRoom(
          output,
          Float.BYTES * (attachment.stack().methodCount() + attachment.stack().headCount()));
      Examples examples = objective.train(attachment, tokenizer);
      judge.prepare(objective.overview(examples, attachment, tokenizer), attachment, tokenizer);
      List<HeadOrigin> drawn =
          attachment.headOrigins().stream().filter(HeadOrigin::isDrawn).toList();
      TrainingSteps steps = new Trainer(recipe, seed).train(attachment, examples, listener);
      J judgement = judge.judge(attachment, tokenizer);
      listener.accept(new Progress(Progress.Phase.SAVING, 0, 0, Double.NaN));
      Stack stack = attachment.stack();
      Provenance provenance =
          new Provenance(
              Environment.of(host, objective, new PluginHashes(methods).of(stack.spec()), begin),
              model,
              stack.toString(),
              precision,
              seed,
              recipe,
              steps.count(),
              start instanceof Start.Further saved ? Optional.of(saved.folder()) : Optional.empty(),
              judge.scores(judgement),
              command);
      Saved.save(attachment, output, provenance.written());
      return new TrainingResult<>(
          stack.toString(),
          new Counts(stack.methodCount(), stack.headCount(), host.host().parameterCount()),
          drawn,
          steps,
          judgement,
          provenance);
    }
  }

  private Attachment attach(Model host, Methods methods) {
    if (start instanceof Start.Further saved) {
      return Saved.open(host, saved.folder(), methods, saved.base());
    }
    StackSpec spec = ((Start.Fresh) start).stack();
    return host.attach(Stack.of(host.host(), spec, objective.head(host.host())), seed);
  }
}
