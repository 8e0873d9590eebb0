package dev.graft.transformer;

import dev.graft.GraftException;
import dev.graft.host.HostShape;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.program.Device;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A task head: what turns the last hidden states into answers. It belongs to the stack, not to the
 * host.
 *
 * @param layout how it is built
 * @param labels the names of the classes; none for regression
 */
public record TaskHead(TaskHeadLayout layout, List<String> labels) {
  /**
   * A head that a host may not have the parts for: {@link #forHost} and {@link #languageModel}
   * know.
   *
   * @throws GraftException if there is only one label, or one twice
   */
  public TaskHead {
    labels = List.copyOf(labels);
    if (labels.size() == 1) {
      throw GraftException.input("A classification needs at least two labels.")
          .expected("two or more, or none to predict a number")
          .found(labels);
    }
    Set<String> seen = new HashSet<>();
    for (String label : labels) {
      if (!seen.add(label)) {
        throw GraftException.input("The label '%s' is given twice.", label)
            .expected("a name of its own for each class")
            .found(String.join(", ", labels))
            .remedy("rename the classes, as in 'id2label' of config.json");
      }
    }
  }

  /**
   * {@return the head for a host: the reference head where the host has all it needs, else mean
   * pooling}
   *
   * @param host with a pooler or without
   * @param labels the names of the classes, two at least; none for regression
   * @throws GraftException if there is only one label, or one twice
   */
  public static TaskHead forHost(HostShape host, List<String> labels) {
    TaskHeadLayout layout = host.headLayout();
    return new TaskHead(
        layout == TaskHeadLayout.POOLED && !host.hasPooler() ? TaskHeadLayout.MEAN : layout,
        labels);
  }

  /**
   * {@return the language-model head of a host, of which nothing is trained}
   *
   * @param host a causal one
   * @throws GraftException if the host has none
   */
  public static TaskHead languageModel(HostShape host) {
    requireLanguageModel(host);
    return new TaskHead(TaskHeadLayout.LANGUAGE_MODEL, List.of());
  }

  private static void requireLanguageModel(HostShape host) {
    if (!host.isLanguageModel()) {
      throw GraftException.input("This %s host has no language-model head.", host.architecture())
          .expected("a causal host whose checkpoint has one, such as gpt2 or llama");
    }
  }

  /** {@return whether the answer is the next token at every position} */
  public boolean isLanguageModel() {
    return layout == TaskHeadLayout.LANGUAGE_MODEL;
  }

  /** {@return whether the answer is a number and not a class} */
  public boolean isRegression() {
    return labels.isEmpty() && !isLanguageModel();
  }

  /** What labels are: one for each row of a batch, or for a language model one for each token. */
  public Tensor labelsLeaf() {
    return Tensor.leaf(
        Tensor.Source.INPUT,
        "labels",
        isLanguageModel() ? Shape.of(Transformer.B, Transformer.T) : Shape.of(Transformer.B),
        isRegression() ? Type.FLOAT32 : Type.INT64);
  }

  public int outputs() {
    return isRegression() ? 1 : labels.size();
  }

  /** The labels of a batch, as {@link #labelsLeaf} wants them. */
  public Value labels(double[] labels, TokenBatch batch, Device device) {
    int expected = isLanguageModel() ? batch.rows() * batch.length() : batch.rows();
    if (labels.length != expected) {
      throw new IllegalArgumentException(
          "%s labels for %s rows of %s tokens"
              .formatted(labels.length, batch.rows(), batch.length()));
    }
    long[] shape =
        isLanguageModel() ? new long[] {batch.rows(), batch.length()} : new long[] {batch.rows()};
    return isRegression()
        ? device.create("labels", narrow(labels), shape)
        : device.create("labels", Arrays.stream(labels).mapToLong(x -> (long) x).toArray(), shape);
  }

  private static float[] narrow(double[] numbers) {
    float[] narrow = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      narrow[i] = (float) numbers[i];
    }
    return narrow;
  }

  /**
   * What it adds to a host.
   *
   * @throws GraftException if it reads what the host does not have
   */
  public DeclaredGraft declare(HostShape host) {
    if (layout == TaskHeadLayout.POOLED && !host.hasPooler()) {
      throw GraftException.input(
              "This %s host has no pooler for the head to read.", host.architecture())
          .expected("a host whose checkpoint has one, such as bert");
    }
    if (isLanguageModel()) {
      requireLanguageModel(host);
    }
    DeclaredGraft graft = new DeclaredGraft("head");
    layout.declare(graft, host.config(), outputs());
    return graft;
  }
}
