package dev.graft.harness.data;

import dev.graft.harness.measure.Metric;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A layout of GLUE's files, recognised by its columns; others may stand beside them.
 *
 * @param title the task of GLUE that has it
 * @param texts the columns of the one text or of the pair
 * @param target the column of the label or the score
 * @param labels the names of the classes that the files call 0, 1, ...; none for scores
 */
record GlueLayout(
    String title, List<String> texts, String target, List<String> labels, List<Metric> metrics) {

  /** Scores go from 0, unrelated, to this, equivalent. */
  static final int HIGHEST_SCORE = 5;

  private static final List<GlueLayout> KNOWN =
      List.of(
          new GlueLayout(
              "SST-2",
              List.of("sentence"),
              "label",
              List.of("negative", "positive"),
              List.of(Metric.ACCURACY)),
          new GlueLayout(
              "MRPC",
              List.of("#1 String", "#2 String"),
              "Quality",
              List.of("not equivalent", "equivalent"),
              List.of(Metric.F1, Metric.ACCURACY)),
          new GlueLayout(
              "STS-B",
              List.of("sentence1", "sentence2"),
              "score",
              List.of(),
              List.of(Metric.PEARSON, Metric.SPEARMAN)));

  /** Returns the layout that lacks the fewest columns: the one that a mistaken header meant. */
  static GlueLayout nearest(List<String> columns) {
    return KNOWN.stream()
        .min(Comparator.comparingInt(layout -> layout.missing(columns).size()))
        .orElseThrow();
  }

  /** Names all layouts and their columns, for an error. */
  static String describeKnown() {
    return KNOWN.stream()
        .map(layout -> layout.title + " (" + String.join(", ", layout.columns()) + ")")
        .collect(Collectors.joining("; "));
  }

  List<String> columns() {
    return Stream.concat(texts.stream(), Stream.of(target)).toList();
  }

  List<String> missing(List<String> columns) {
    return columns().stream().filter(column -> !columns.contains(column)).toList();
  }
}
