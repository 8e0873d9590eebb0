package dev.graft.transformer;

import dev.graft.GraftException;
import dev.graft.host.HostShape;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.program.Device;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A task head: what turns the last hidden states into answers. It belongs to the stack, not to the
 * host.
 *
 * @param layout how it is built
 * @param labels the names of the outputs; none for a regression with one
 * @param problem what the outputs mean
 */
public record TaskHead(TaskHeadLayout layout, List<String> labels, Problem problem) {
  /** What outputs mean and how they learn, as {@code problem_type} in transformers. */
  public enum Problem {
    /** One class of several: the softmax of the outputs, learnt by cross entropy. */
    SINGLE_LABEL_CLASSIFICATION,
    /** Any number of classes: the sigmoid of each output, learnt by binary cross entropy. */
    MULTI_LABEL_CLASSIFICATION,
    /** Numbers, learnt by the mean squared error. */
    REGRESSION,
    /** The next token at every position: no outputs but the vocabulary. */
    NEXT_TOKEN;

    /** {@return what transformers calls it: {@code regression}} */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A head that a host may not have the parts for: {@link #forHost} and {@link #languageModel}
   * know.
   *
   * @throws GraftException if there is only one class to choose from, or a label twice
   */
  public TaskHead {
    labels = List.copyOf(labels);
    boolean isLanguageModel = layout == TaskHeadLayout.LANGUAGE_MODEL;
    if (isLanguageModel != (problem == Problem.NEXT_TOKEN)) {
      throw new IllegalArgumentException("%s for %s".formatted(layout, problem));
    }
    if (labels.isEmpty() && problem == Problem.MULTI_LABEL_CLASSIFICATION) {
      throw GraftException.input("A classification needs labels.")
          .expected("one at least where a text may have several")
          .found("none");
    }
    if (labels.size() < 2 && problem == Problem.SINGLE_LABEL_CLASSIFICATION) {
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

  /** A head that predicts tokens, the number that has no label, or one of some classes. */
  public TaskHead(TaskHeadLayout layout, List<String> labels) {
    this(
        layout,
        labels,
        layout == TaskHeadLayout.LANGUAGE_MODEL ? Problem.NEXT_TOKEN : problem(labels));
  }

  private static Problem problem(List<String> labels) {
    return labels.isEmpty() ? Problem.REGRESSION : Problem.SINGLE_LABEL_CLASSIFICATION;
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
    return forHost(host, labels, problem(labels));
  }

  /**
   * {@return the head for a host and a problem: the reference head where the host has all it needs,
   * else mean pooling}
   *
   * @param host with a pooler or without
   * @param labels the names of the outputs; none for a regression with one
   * @param problem another than {@link Problem#NEXT_TOKEN}
   * @throws GraftException if there is only one class to choose from, or a label twice
   */
  public static TaskHead forHost(HostShape host, List<String> labels, Problem problem) {
    TaskHeadLayout layout = host.headLayout();
    return new TaskHead(
        layout == TaskHeadLayout.POOLED && !host.hasPooler() ? TaskHeadLayout.MEAN : layout,
        labels,
        problem);
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

  /** {@return whether the answer is numbers and not classes} */
  public boolean isRegression() {
    return problem == Problem.REGRESSION;
  }

  /** {@return whether a text may have any number of the labels} */
  public boolean isMultiLabel() {
    return problem == Problem.MULTI_LABEL_CLASSIFICATION;
  }

  /**
   * What labels are: the number of a class for each row of a batch, a number for each row and
   * output, or for a language model one for each token.
   */
  public Tensor labelsLeaf() {
    Shape shape =
        switch (problem) {
          case SINGLE_LABEL_CLASSIFICATION -> Shape.of(Transformer.B);
          case MULTI_LABEL_CLASSIFICATION, REGRESSION -> Shape.of(Transformer.B, Dim.of(outputs()));
          case NEXT_TOKEN -> Shape.of(Transformer.B, Transformer.T);
        };
    return Tensor.leaf(
        Tensor.Source.INPUT,
        "labels",
        shape,
        isMultiLabel() || isRegression() ? Type.FLOAT32 : Type.INT64);
  }

  /** {@return the number of outputs of each row; 0 for a language model} */
  public int outputs() {
    return isRegression() ? Math.max(1, labels.size()) : labels.size();
  }

  /**
   * {@return for each output the one of another head that means the same, by their labels; none if
   * these differ} Upper and lower case are one. Labels that are only numbered say nothing: then,
   * and where there are more or fewer, the outputs are those in the same places.
   *
   * @param theirs the labels of the other head
   */
  public List<Integer> rowsIn(List<String> theirs) {
    if (areNumbered(labels) || areNumbered(theirs) || labels.size() != theirs.size()) {
      return IntStream.range(0, outputs()).boxed().toList();
    }
    List<Integer> exact = rows(labels, theirs);
    return exact.isEmpty() ? rows(folded(labels), folded(theirs)) : exact;
  }

  /** The places of labels among others; none if they differ or one is there twice. */
  private static List<Integer> rows(List<String> labels, List<String> theirs) {
    List<Integer> rows = labels.stream().map(theirs::indexOf).toList();
    boolean areTheSame = !rows.contains(-1) && Set.copyOf(rows).size() == rows.size();
    return areTheSame ? rows : List.of();
  }

  /** Names that somebody made up to have some, or none at all. */
  private static boolean areNumbered(List<String> labels) {
    return labels.stream().allMatch(label -> label.matches("LABEL_\\d+"));
  }

  private static List<String> folded(List<String> labels) {
    return labels.stream().map(label -> label.toLowerCase(Locale.ROOT)).toList();
  }

  /** The labels of a batch, as {@link #labelsLeaf} wants them. */
  public Value labels(double[] labels, TokenBatch batch, Device device) {
    int each =
        switch (problem) {
          case SINGLE_LABEL_CLASSIFICATION -> 1;
          case MULTI_LABEL_CLASSIFICATION, REGRESSION -> outputs();
          case NEXT_TOKEN -> batch.length();
        };
    if (labels.length != batch.rows() * each) {
      throw new IllegalArgumentException(
          "%s labels for %s rows of %s tokens"
              .formatted(labels.length, batch.rows(), batch.length()));
    }
    long[] shape =
        problem == Problem.SINGLE_LABEL_CLASSIFICATION
            ? new long[] {batch.rows()}
            : new long[] {batch.rows(), each};
    return isMultiLabel() || isRegression()
        ? device.input("labels", narrow(labels), shape)
        : device.input("labels", Arrays.stream(labels).mapToLong(x -> (long) x).toArray(), shape);
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
