package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.measure.Metric;
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
    return metrics(0).stream().limit(2).toList();
  }

  /**
   * The metrics that say something of such a task, the usual ones first.
   *
   * @param classes how many there are
   */
  public List<Metric> metrics(int classes) {
    return switch (this) {
      case CLASSES ->
          Stream.of(Metric.ACCURACY, Metric.MACRO_F1, Metric.MATTHEWS, Metric.F1)
              .filter(metric -> metric != Metric.F1 || classes == 2)
              .toList();
      case MULTI_LABEL -> List.of(Metric.MICRO_F1, Metric.MACRO_F1);
      case SCORE -> List.of(Metric.PEARSON, Metric.SPEARMAN);
      case LANGUAGE_MODELLING -> List.of();
    };
  }

  @Override
  public String toString() {
    return label;
  }
}
