package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.files.Sha256;
import dev.graft.harness.measure.Metric;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a model is trained on and judged by.
 *
 * @param kind what is predicted: anything but words
 * @param labels the names of the classes, or of several scores; empty for one score
 * @param learnt where several numbers are true of an example, those that {@link Example#target()}
 *     counts: the scores, or for each label 1 or 0; otherwise none
 * @param metrics the first is the one that a table shows when it shows one
 * @param validation what may be chosen by; empty where too little is there to be held out
 * @param tests by name, the first being the one that counts; there may be none
 * @param notes what was understood where it might have been something else, a line each
 */
public record Task(
    String name,
    Kind kind,
    List<String> labels,
    List<double[]> learnt,
    List<Metric> metrics,
    ExampleList train,
    ExampleList validation,
    Map<String, ExampleList> tests,
    List<String> notes) {
  private static final Share TENTH = new Share(10);

  /** What a single test split is called. */
  public static final String TEST = "test";

  public Task {
    labels = List.copyOf(labels);
    learnt = List.copyOf(learnt);
    metrics = List.copyOf(metrics);
    tests = Collections.unmodifiableMap(new LinkedHashMap<>(tests));
    notes = List.copyOf(notes);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("task " + name + " has no metric");
    }
  }

  /** A task of examples in memory. */
  public static Task of(
      String name,
      List<String> labels,
      List<Metric> metrics,
      List<Example> train,
      List<Example> validation,
      List<Example> test) {
    return new Task(
        name,
        labels.isEmpty() ? Kind.SCORE : Kind.CLASSES,
        labels,
        List.of(),
        metrics,
        ExampleList.of(train),
        ExampleList.of(validation),
        test.isEmpty() ? Map.of() : Map.of(TEST, ExampleList.of(test)),
        List.of());
  }

  /**
   * The split that is for judging alone, the first if there are several; empty if none is there.
   */
  public ExampleList test() {
    return tests.values().stream().findFirst().orElse(ExampleList.of(List.of()));
  }

  /**
   * The same with a validation split: where there is none, a tenth of the training split, of each
   * class as far as that goes. What may be chosen is never chosen by the test split.
   */
  public Task withValidation() {
    if (!validation.isEmpty()) {
      return this;
    }
    HeldOut part = HeldOut.of(this, TENTH);
    return new Task(
        name,
        kind,
        labels,
        learnt,
        metrics,
        part.rest(),
        part.examples(),
        tests,
        noting(
            part.isNothing()
                ? "nothing is validated on: the training split is too small to hold out a tenth"
                : "validated on a tenth of the training split, which is held out"));
  }

  /**
   * The same with a part of the training split as its test split.
   *
   * @throws GraftException if there is too little of it
   */
  public Task withTest(Share share) {
    HeldOut part = HeldOut.of(this, share);
    if (part.isNothing()) {
      throw GraftException.input("The training split is too small to hold out %s of it.", share)
          .in(name)
          .expected("enough for one test example, of a label that others have, too")
          .found("%s examples", train.size());
    }
    return new Task(
        name,
        kind,
        labels,
        learnt,
        metrics,
        part.rest(),
        validation,
        Map.of(TEST, part.examples()),
        noting("tested on %s of the training split, which are held out".formatted(share)));
  }

  private List<String> noting(String note) {
    return Stream.concat(notes.stream(), Stream.of(note)).toList();
  }

  public boolean isRegression() {
    return kind == Kind.SCORE;
  }

  public boolean isMultiLabel() {
    return kind == Kind.MULTI_LABEL;
  }

  /** How many numbers are predicted of an example: one, or as many as labels or scores. */
  public int width() {
    return isMultiLabel() || isRegression() ? Math.max(1, labels.size()) : 1;
  }

  /** What a head learns of a target: the target, or the numbers that it counts; not a copy. */
  public double[] numbers(double target) {
    return learnt.isEmpty() ? new double[] {target} : learnt.get((int) target);
  }

  /**
   * Returns the SHA-256 of the labels and of every split's examples in their order, in hexadecimal:
   * equal for equal data, whatever the task is called or how it is judged.
   */
  public String contentHash() {
    MessageDigest digest = Sha256.digest();
    try (var out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      out.writeInt(labels.size());
      for (String label : labels) {
        write(out, label);
      }
      for (double[] numbers : learnt) {
        for (double number : numbers) {
          out.writeDouble(number);
        }
      }
      for (ExampleList split : splits()) {
        out.writeInt(split.size());
        for (Example example : split) {
          write(out, example.text());
          out.writeBoolean(example.pair().isPresent());
          if (example.pair().isPresent()) {
            write(out, example.pair().get());
          }
          out.writeDouble(example.target());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sha256.hex(digest.digest());
  }

  private List<ExampleList> splits() {
    List<ExampleList> splits = new ArrayList<>(List.of(train, validation));
    splits.addAll(tests.isEmpty() ? List.of(test()) : tests.values());
    return splits;
  }

  /** Writes the length first, so that no two lists of texts give the same bytes. */
  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
