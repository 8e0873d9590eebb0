package dev.graft.harness.trial;

import dev.graft.harness.training.Rates;
import dev.graft.harness.training.Recipe;
import dev.graft.program.Precision;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A model with its tokenizer, and a task that even a tiny random model learns, as folders. A text
 * of the task is positive if "w10" is in it, and negative if "w11" is.
 */
public final class TinyStudy {
  public static final Recipe RECIPE =
      new Recipe(
          6,
          Optional.empty(),
          8,
          0.1,
          0.01,
          1,
          Rates.of(0.02),
          32,
          Optional.of(0.0),
          Optional.empty(),
          false,
          Optional.empty());

  private final Path model;
  private final Path task;

  public TinyStudy(Path folder) {
    this.model = TinyModel.write(folder.resolve("model"), true);
    this.task = folder.resolve("task");
    try {
      Files.writeString(model.resolve("tokenizer.json"), TinyModel.tokenizer());
      Files.createDirectories(task);
      Files.writeString(task.resolve("train.tsv"), examples(96, 1));
      Files.writeString(task.resolve("dev.tsv"), examples(40, 2));
      Files.writeString(task.resolve("validation.tsv"), examples(20, 3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path model() {
    return model;
  }

  public Path task() {
    return task;
  }

  /** An arm of the task. */
  public Arm arm(String method) {
    return trial(method).arm();
  }

  TrialSpec trial(String method) {
    return trial(method, Precision.FLOAT32);
  }

  TrialSpec trial(String method, Precision precision) {
    return trial(method, precision, task);
  }

  /** A trial of another task. */
  TrialSpec trial(String method, Path other) {
    return trial(method, Precision.FLOAT32, other);
  }

  private TrialSpec trial(String method, Precision precision, Path folder) {
    return TrialSpec.reported(
        new Arm(model.toString(), folder.toString(), method, false, "cpu", precision, RECIPE), 1);
  }

  private static String examples(int number, long seed) {
    Random random = new Random(seed);
    StringBuilder table = new StringBuilder("sentence\tlabel\n");
    for (int i = 0; i < number; i++) {
      int label = i % 2;
      List<String> words =
          random
              .ints(1 + random.nextInt(4), 12, TinyModel.VOCABULARY)
              .mapToObj(id -> "w" + id)
              .collect(Collectors.toList());
      words.set(random.nextInt(words.size()), label == 1 ? "w10" : "w11");
      table.append(String.join(" ", words)).append('\t').append(label).append('\n');
    }
    return table.toString();
  }
}
