package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.data.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which columns of a table are read.
 *
 * @param texts of the one text, or of the two texts of a pair
 * @param labels of the label or the score, or of several scores
 */
record Columns(List<String> texts, List<String> labels) {
  private static final String SCORE = "score";

  private static final List<Columns> KNOWN =
      Stream.concat(
              Stream.of(
                  Columns.of(List.of("text"), "label"),
                  Columns.of(List.of("text1", "text2"), "label"),
                  Columns.of(List.of("premise", "hypothesis"), "label")),
              GlueLayout.columns().stream())
          .toList();

  static Columns of(List<String> texts, String label) {
    return new Columns(texts, List.of(label));
  }

  /** Those that were named, or else the only ones that can be meant. */
  static Columns of(Table table, TableSpec spec) {
    if (!spec.texts().isEmpty() && !spec.labels().isEmpty()) {
      Columns named = new Columns(spec.texts(), spec.labels());
      named.require(table);
      return named;
    }
    List<Columns> fitting =
        candidates(table.columns()).stream()
            .filter(each -> spec.texts().isEmpty() || each.texts.equals(spec.texts()))
            .filter(each -> spec.labels().isEmpty() || each.labels.equals(spec.labels()))
            .toList();
    List<Columns> largest =
        fitting.stream()
            .filter(
                each ->
                    fitting.stream()
                        .noneMatch(o -> !o.equals(each) && o.all().containsAll(each.all())))
            .toList();
    if (largest.size() != 1) {
      throw unclear(table, largest);
    }
    largest.get(0).require(table);
    return largest.get(0);
  }

  /** All that have a name that is known, and of two columns the one beside the label. */
  private static List<Columns> candidates(List<String> columns) {
    Set<Columns> candidates = new LinkedHashSet<>();
    KNOWN.stream().filter(each -> columns.containsAll(each.all())).forEach(candidates::add);
    for (int i = 0; columns.size() == 2 && i < 2; i++) {
      if (List.of("label", SCORE).contains(columns.get(i))) {
        candidates.add(Columns.of(List.of(columns.get(1 - i)), columns.get(i)));
      }
    }
    return new ArrayList<>(candidates);
  }

  private static GraftException unclear(Table table, List<Columns> fitting) {
    List<String> names = KNOWN.stream().flatMap(each -> each.all().stream()).distinct().toList();
    String meant =
        table.columns().stream()
            .filter(column -> !names.contains(column))
            .map(column -> Names.didYouMean(column, names))
            .filter(hint -> !hint.isEmpty())
            .findFirst()
            .orElse("");
    return GraftException.input(
            fitting.isEmpty()
                ? "The columns of the file don't tell which holds the text and which the label."
                    + meant
                : "The columns of the file can be taken in several ways.")
        .in("%s, line 1".formatted(table.file()))
        .expected(
            fitting.isEmpty()
                ? "text and label, or the columns of a GLUE task"
                : fitting.stream().map(Columns::toString).collect(Collectors.joining(", or ")))
        .found(Headers.shown(table.columns()))
        .remedy(
            "name them: --text-columns and --label-column, or in a task.yaml text-columns and"
                + " label-column");
  }

  /** Refuses a table that lacks a column, or has it twice. */
  void require(Table table) {
    require(table, all());
  }

  static void require(Table table, List<String> columns) {
    for (String column : columns) {
      long times = table.columns().stream().filter(column::equals).count();
      if (times != 1) {
        throw GraftException.input(
                times == 0
                    ? "The file has no column '%s'.%s"
                    : "The file has the column '%s' twice.%s",
                column,
                times == 0 ? Names.didYouMean(column, table.columns()) : "")
            .in("%s, line 1".formatted(table.file()))
            .expected(String.join(", ", columns))
            .found(Headers.shown(table.columns()));
      }
    }
  }

  /** What the name of the label's column tells. */
  Kind kind() {
    return labels.size() > 1 || labels.contains(SCORE) ? Kind.SCORE : Kind.CLASSES;
  }

  /** The columns of the label or the scores, in words. */
  String label() {
    return String.join(" and ", labels);
  }

  private List<String> all() {
    return Stream.concat(texts.stream(), labels.stream()).toList();
  }

  @Override
  public String toString() {
    return "%s with %s".formatted(String.join(" and ", texts), label());
  }
}
