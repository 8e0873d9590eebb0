package dev.graft.harness.experiment;

import dev.graft.api.Methods;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.data.Task;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.Metric;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Stack;
import dev.graft.model.Tokenizer;
import dev.graft.program.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Trains, evaluates, merges and saves one method, in this process. */
final class Trial {
  /** Scores of a regression that are as close as this are the same prediction. */
  private static final double SAME_SCORE = 1e-4;

  private final TrialSpec spec;
  private final StudyFolder folder;
  private final Consumer<Progress> listener;

  Trial(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener) {
    this.spec = spec;
    this.folder = folder;
    this.listener = listener;
  }

  TrialResult run(Methods methods) {
    Instant start = Instant.now();
    listener.accept(new Progress(Progress.Phase.LOADING, 0, 1, Double.NaN));
    Path host = host(spec, folder);
    Task task = Tasks.open(spec.task());
    try (Device device = Device.named(spec.device());
        MemoryMeter memory = new MemoryMeter(device);
        Model model =
            Model.load(
                ModelDirectory.open(host), device, spec.recipe().options(spec.precision()))) {
      Split train;
      Split test;
      try (Tokenizer tokenizer = Tokenizer.open(host, spec.recipe().maxLength())) {
        train = Tasks.split(task.train(), tokenizer, "training");
        test = Tasks.split(task.test(), tokenizer, "test");
      }
      Stack stack = model.stack(StackSpec.parse(spec.method(), methods), task.labels());
      try (Attachment attachment = model.attach(stack, spec.seed())) {
        Trainer.Trained trained =
            new Trainer(spec.recipe(), spec.seed()).train(attachment, train, listener);
        Answers answers = Answers.of(attachment, test, listener);
        MemoryPeak peak = memory.peak();
        Optional<MergeCheck> merging = merge(attachment, answers, test, task);
        Map<String, String> provenance = Provenance.of(model, new Labelling(task), start);
        Path checkpoint = save(attachment, provenance);
        return new TrialResult(
            spec,
            new Counts(stack.methodCount(), stack.headCount(), model.host().parameterCount()),
            metrics(task, answers, test),
            list(answers.predictions()),
            list(test.targets()),
            trained.seconds(),
            trained.steps(),
            trained.firstLoss(),
            trained.lastLoss(),
            peak,
            bytes(checkpoint),
            folder.relative(checkpoint),
            merging,
            provenance);
      }
    }
  }

  /** The folder of a trial's host. */
  static Path host(TrialSpec spec, StudyFolder folder) {
    ModelDirectory model = ModelDirectory.of(spec.model());
    return spec.untrained()
        ? UntrainedModel.write(model, folder.untrained(spec), spec.seed())
        : model.path();
  }

  private Optional<MergeCheck> merge(
      Attachment attachment, Answers answers, Split test, Task task) {
    try (Attachment merged = attachment.merged()) {
      if (merged.mergedSites() == 0) {
        return Optional.empty();
      }
      Answers after = Answers.of(merged, test, listener);
      return Optional.of(
          new MergeCheck(
              merged.mergedSites(),
              answers.agreements(after, SAME_SCORE),
              answers.difference(after),
              metrics(task, after, test)));
    }
  }

  private static Map<String, Double> metrics(Task task, Answers answers, Split test) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (Metric metric : task.metrics()) {
      metrics.put(metric.label(), metric.compute(answers.predictions(), test.targets()));
    }
    return metrics;
  }

  private Path save(Attachment attachment, Map<String, String> provenance) {
    listener.accept(new Progress(Progress.Phase.SAVING, 0, 1, Double.NaN));
    Path checkpoint = folder.trial(spec).resolve("checkpoint");
    attachment.save(checkpoint, provenance);
    return checkpoint;
  }

  private static long bytes(Path checkpoint) {
    try (Stream<Path> files = Files.walk(checkpoint)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Double> list(double[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
