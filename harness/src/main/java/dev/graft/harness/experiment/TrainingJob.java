package dev.graft.harness.experiment;

import dev.graft.api.Methods;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.NewFolder;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Stack;
import dev.graft.model.Tokenizer;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One stack is trained and saved.
 *
 * @param model as {@link ModelDirectory#of} takes it
 * @param device as {@link Device#named} takes it
 * @param precision in which the host is kept and computes
 * @param start what is trained
 * @param seed of the fresh parameters, the order of the data and the dropout
 * @param output the folder to be made
 * @param command goes into the provenance
 */
public record TrainingJob(
    String model,
    String device,
    Precision precision,
    Objective objective,
    Start start,
    Recipe recipe,
    long seed,
    Path output,
    String command) {

  /** Where training begins. */
  public sealed interface Start {
    /** Fresh parameters. */
    record Fresh(StackSpec stack) implements Start {}

    /**
     * Those of a saved stack or adapter; the optimiser's state is new.
     *
     * @param anyBase whether one that was made for other weights is taken
     */
    record Saved(Path folder, boolean anyBase) implements Start {
      public Saved {
        Adapted.requireAdapter(folder);
      }
    }
  }

  /**
   * What came of it.
   *
   * @param stack that was trained, without settings that have their defaults
   * @param freshHead the head's tensors that neither the model nor a saved stack gave
   * @param quality where there was something to validate with
   */
  public record Result(
      String stack,
      Counts counts,
      List<String> freshHead,
      int steps,
      double seconds,
      double firstLoss,
      double lastLoss,
      Optional<Quality> quality) {}

  /** Trains and saves. */
  public Result run(Methods methods, Consumer<Progress> listener) {
    Instant begin = Instant.now();
    NewFolder.require(output);
    listener.accept(new Progress(Progress.Phase.LOADING, 0, 0, Double.NaN));
    ModelDirectory directory = ModelDirectory.of(model);
    try (Device place = Device.named(device);
        Model host = Model.load(directory, place, recipe.options(precision));
        Tokenizer tokenizer = Tokenizer.open(directory.path(), recipe.maxLength());
        Attachment attachment = attach(host, methods)) {
      objective.require(attachment);
      Examples examples = objective.train(host, tokenizer);
      Trainer.Trained trained = new Trainer(recipe, seed).train(attachment, examples, listener);
      Optional<Quality> quality = objective.validate(attachment, tokenizer, listener);
      listener.accept(new Progress(Progress.Phase.SAVING, 0, 0, Double.NaN));
      attachment.save(output, provenance(host, begin, trained, quality));
      Stack stack = attachment.stack();
      return new Result(
          stack.toString(),
          new Counts(stack.methodCount(), stack.headCount(), host.host().parameterCount()),
          start instanceof Start.Fresh ? host.freshHead(stack) : List.of(),
          trained.steps(),
          trained.seconds(),
          trained.firstLoss(),
          trained.lastLoss(),
          quality);
    }
  }

  private Attachment attach(Model host, Methods methods) {
    if (start instanceof Start.Saved saved) {
      return host.open(saved.folder(), methods, saved.anyBase());
    }
    StackSpec spec = ((Start.Fresh) start).stack();
    return host.attach(Stack.of(host.host(), spec, objective.head(host.host())), seed);
  }

  private Map<String, String> provenance(
      Model host, Instant begin, Trainer.Trained trained, Optional<Quality> quality) {
    Map<String, String> provenance = new LinkedHashMap<>(Provenance.of(host, objective, begin));
    provenance.put("model", model);
    provenance.put("precision", precision.toString());
    provenance.put("seed", String.valueOf(seed));
    provenance.putAll(recipe.written());
    provenance.put("steps", String.valueOf(trained.steps()));
    if (start instanceof Start.Saved saved) {
      provenance.put("from", saved.folder().toString());
    }
    quality.ifPresent(
        q ->
            q.scores()
                .forEach(s -> provenance.put(s.metric(), String.valueOf(s.estimate().value()))));
    provenance.put("command", command);
    return provenance;
  }
}
