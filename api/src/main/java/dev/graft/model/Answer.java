package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.transformer.TaskHead;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a model with a head for classes or scores answers to a text or a pair. */
public sealed interface Answer {
  /**
   * One label of several.
   *
   * @param label the most probable one
   * @param probabilities of all labels, in the order of the head; together 1
   */
  record OneLabel(String label, Map<String, Double> probabilities) implements Answer {
    public OneLabel {
      probabilities = inOrder(probabilities);
    }

    @Override
    public List<String> labels() {
      return List.of(label);
    }
  }

  /**
   * Any number of labels.
   *
   * @param labels those of a probability above a half
   * @param probabilities of all labels, in the order of the head, each for itself
   */
  record ManyLabels(List<String> labels, Map<String, Double> probabilities) implements Answer {
    public ManyLabels {
      labels = List.copyOf(labels);
      probabilities = inOrder(probabilities);
    }
  }

  /** The score of a regression with one output. */
  record Score(double score) implements Answer {
    @Override
    public Map<String, Double> scores() {
      return Map.of("score", score);
    }
  }

  /**
   * The scores of a regression with several outputs.
   *
   * @param scores by the names of the outputs, in the order of the head
   */
  record Scores(Map<String, Double> scores) implements Answer {
    public Scores {
      scores = inOrder(scores);
    }
  }

  /** {@return the labels that the text has; none where the answer is scores} */
  default List<String> labels() {
    return List.of();
  }

  /** {@return the probabilities of all labels; none where the answer is scores} */
  default Map<String, Double> probabilities() {
    return Map.of();
  }

  /** {@return the scores by name, of which the only one is {@code score}; none for labels} */
  default Map<String, Double> scores() {
    return Map.of();
  }

  /**
   * {@return the answer that logits are: their softmax, the sigmoid of each, or the scores}
   *
   * @param logits one number an output
   * @param head which gave them; not a language model's
   * @throws GraftException if a number is not finite
   */
  static Answer of(float[] logits, TaskHead head) {
    requireFinite(logits);
    List<String> names = head.labels();
    return switch (head.problem()) {
      case SINGLE_LABEL_CLASSIFICATION -> oneLabel(names, softmax(logits));
      case MULTI_LABEL_CLASSIFICATION -> manyLabels(names, sigmoid(logits));
      case REGRESSION ->
          names.isEmpty() ? new Score(logits[0]) : new Scores(named(names, doubles(logits)));
      case NEXT_TOKEN -> throw new IllegalArgumentException("the logits of tokens");
    };
  }

  /**
   * Refuses answers that hold "not a number" or an infinity: no label follows from them.
   *
   * @param logits of the rows of a batch
   * @throws GraftException if a number is not finite
   */
  static void requireFinite(float[]... logits) {
    for (int row = 0; row < logits.length; row++) {
      for (float logit : logits[row]) {
        if (!Float.isFinite(logit)) {
          throw GraftException.input("The model's answer is not a number.")
              .in("row %s of the batch".formatted(row + 1))
              .expected("finite numbers")
              .found(logit)
              .remedy(
                  "compute in bfloat16 or float32, if it was float16, where large numbers overflow;"
                      + " otherwise model and adapter don't belong together, or training diverged");
        }
      }
    }
  }

  private static Answer oneLabel(List<String> names, double[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
    }
    return new OneLabel(names.get(best), named(names, probabilities));
  }

  private static Answer manyLabels(List<String> names, double[] probabilities) {
    List<String> likely =
        IntStream.range(0, probabilities.length)
            .filter(i -> probabilities[i] > 0.5)
            .mapToObj(names::get)
            .toList();
    return new ManyLabels(likely, named(names, probabilities));
  }

  private static double[] softmax(float[] logits) {
    double largest = Arrays.stream(doubles(logits)).max().orElseThrow();
    // The largest is 1, so that none overflows.
    double[] exponentials =
        Arrays.stream(doubles(logits)).map(logit -> Math.exp(logit - largest)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(each -> each / sum).toArray();
  }

  private static double[] sigmoid(float[] logits) {
    return Arrays.stream(doubles(logits)).map(logit -> 1 / (1 + Math.exp(-logit))).toArray();
  }

  private static double[] doubles(float[] numbers) {
    return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray();
  }

  private static Map<String, Double> named(List<String> names, double[] numbers) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < numbers.length; i++) {
      named.put(names.get(i), numbers[i]);
    }
    return named;
  }

  private static Map<String, Double> inOrder(Map<String, Double> numbers) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
  }
}
