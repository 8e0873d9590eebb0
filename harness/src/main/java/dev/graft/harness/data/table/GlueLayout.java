package dev.graft.harness.data.table;

import static dev.graft.harness.measure.StandardMetric.ACCURACY;
import static dev.graft.harness.measure.StandardMetric.F1;
import static dev.graft.harness.measure.StandardMetric.MATTHEWS;
import static dev.graft.harness.measure.StandardMetric.PEARSON;
import static dev.graft.harness.measure.StandardMetric.SPEARMAN;

import dev.graft.harness.measure.Metric;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A task of GLUE, recognised by its columns and labels; other columns may stand between them.
 *
 * @param title what GLUE calls it
 * @param texts the columns of the one text or of the pair
 * @param target the column of the label or the score
 * @param cells what the files call the classes; none for scores
 * @param labels the names of the same classes
 */
record GlueLayout(
    String title,
    List<String> texts,
    String target,
    List<String> cells,
    List<String> labels,
    List<Metric> metrics) {
  /** Scores go from 0, unrelated, to this, equivalent. */
  static final int HIGHEST_SCORE = 5;

  /** Those of the task whose files don't name them. */
  static final List<String> COLA_COLUMNS = List.of("source", "label", "original", "sentence");

  private static final List<String> NUMBERS = List.of("0", "1");
  private static final List<String> ENTAILED = List.of("entailment", "not_entailment");
  private static final List<String> INFERRED = List.of("entailment", "neutral", "contradiction");
  private static final List<String> TWO = List.of("sentence1", "sentence2");

  /** The first that fits is meant: QNLI has all the columns of SST-2 and one more. */
  private static final List<GlueLayout> KNOWN =
      List.of(
          new GlueLayout("MNLI", TWO, "gold_label", INFERRED, INFERRED, List.of(ACCURACY)),
          new GlueLayout("STS-B", TWO, "score", List.of(), List.of(), List.of(PEARSON, SPEARMAN)),
          new GlueLayout("RTE", TWO, "label", ENTAILED, ENTAILED, List.of(ACCURACY)),
          new GlueLayout(
              "WNLI",
              TWO,
              "label",
              NUMBERS,
              List.of("not_entailment", "entailment"),
              List.of(ACCURACY)),
          new GlueLayout(
              "QNLI",
              List.of("question", "sentence"),
              "label",
              ENTAILED,
              ENTAILED,
              List.of(ACCURACY)),
          new GlueLayout(
              "QQP",
              List.of("question1", "question2"),
              "is_duplicate",
              NUMBERS,
              List.of("not duplicate", "duplicate"),
              List.of(F1, ACCURACY)),
          new GlueLayout(
              "MRPC",
              List.of("#1 String", "#2 String"),
              "Quality",
              NUMBERS,
              List.of("not equivalent", "equivalent"),
              List.of(F1, ACCURACY)),
          new GlueLayout(
              "CoLA",
              List.of("sentence"),
              "label",
              NUMBERS,
              List.of("unacceptable", "acceptable"),
              List.of(MATTHEWS)),
          new GlueLayout(
              "SST-2",
              List.of("sentence"),
              "label",
              NUMBERS,
              List.of("negative", "positive"),
              List.of(ACCURACY)));

  /** The task of a file of these columns and labels: GLUE has tables of tabs alone. */
  static Optional<GlueLayout> of(Table train, Columns read, Collection<String> labels) {
    boolean isCola = train.columns().equals(COLA_COLUMNS);
    return KNOWN.stream()
        .filter(glue -> train.format() == Format.TSV)
        .filter(glue -> read.equals(Columns.of(glue.texts, glue.target)))
        .filter(glue -> Set.copyOf(glue.cells).containsAll(labels))
        .filter(glue -> isCola || !glue.title.equals("CoLA"))
        .findFirst();
  }

  /** The columns that texts and labels of GLUE stand in. */
  static List<Columns> columns() {
    return KNOWN.stream().map(glue -> Columns.of(glue.texts, glue.target)).distinct().toList();
  }

  /** Whether the first line of a file is an example of CoLA. */
  static boolean isCola(List<String> cells) {
    return cells.size() == COLA_COLUMNS.size()
        && NUMBERS.contains(cells.get(1))
        && List.of("", "*").contains(cells.get(2));
  }

  /** GLUE's own copy of QQP has broken lines, which those who evaluate on it leave out. */
  static boolean hasBrokenLines(List<String> columns) {
    return columns.containsAll(List.of("qid1", "qid2", "question1", "question2"));
  }
}
