package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.Metric.Answered;
import dev.graft.harness.measure.Metrics;
import dev.graft.harness.measure.StandardMetric;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is predicted of texts. */
public enum Kind {
  /** One of several classes. */
  CLASSES("classes"),
  /** Any number of several labels. */
  MULTI_LABEL("multi-label"),
  /** A number. */
  SCORE("score"),
  /** Its words. */
  LANGUAGE_MODELLING("language-modelling");

  private final String label;

  Kind(String label) {
    this.label = label;
  }

  /** The kind of a name that a user gives. */
  public static Kind named(String name, String where) {
    List<String> labels = Stream.of(values()).map(Kind::toString).toList();
    Optional<Kind> kind = Stream.of(values()).filter(each -> each.label.equals(name)).findFirst();
    return kind.orElseThrow(
        () ->
            GraftException.input(
                    "There is no kind of task '%s'.%s", name, Names.didYouMean(name, labels))
                .in(where)
                .expected(String.join(", ", labels)));
  }

  /** The metrics that such a task is judged by unless others are named. */
  public List<Metric> usual() {
    return switch (this) {
      case CLASSES -> List.of(StandardMetric.ACCURACY, StandardMetric.MACRO_F1);
      case MULTI_LABEL -> List.of(StandardMetric.MICRO_F1, StandardMetric.MACRO_F1);
      case SCORE -> List.of(StandardMetric.PEARSON, StandardMetric.SPEARMAN);
      case LANGUAGE_MODELLING -> List.of();
    };
  }

  /**
   * The metrics that say something of such a task.
   *
   * @param labels how many classes, labels or scores there are
   */
  public List<Metric> metrics(int labels) {
    Metrics installed = Metrics.installed();
    return switch (this) {
      case CLASSES -> installed.judging(Answered.CLASS, labels);
      case MULTI_LABEL -> installed.judging(Answered.LABELS, labels);
      case SCORE -> installed.judging(Answered.SCORES, labels);
      case LANGUAGE_MODELLING -> List.of();
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
