package dev.graft.harness.data;

import dev.graft.harness.measure.Metric;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a model is trained on and judged by.
 *
 * @param labels the names of the classes, empty for a regression
 * @param metrics the first is the one that a table shows when it shows one
 * @param validation may be empty: nothing is held out of the training split unasked
 */
public record Task(
    String name,
    List<String> labels,
    List<Metric> metrics,
    List<Example> train,
    List<Example> validation,
    List<Example> test) {

  public Task {
    labels = List.copyOf(labels);
    metrics = List.copyOf(metrics);
    train = List.copyOf(train);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("task " + name + " has no metric");
    }
  }

  public boolean isRegression() {
    return labels.isEmpty();
  }

  /**
   * Returns the SHA-256 of the labels and of every split's examples in their order, in hexadecimal:
   * equal for equal data, whatever the task is called or how it is judged.
   */
  public String contentHash() {
    MessageDigest digest = sha256();
    try (var out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      out.writeInt(labels.size());
      for (String label : labels) {
        write(out, label);
      }
      for (List<Example> split : List.of(train, validation, test)) {
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
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Writes the length first, so that no two lists of texts give the same bytes. */
  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
