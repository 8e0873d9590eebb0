package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Share;
import dev.graft.harness.measure.Metric;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the examples of a task are, and how they are read.
 *
 * @param where it is told, for messages
 * @param tests by name; there may be none
 * @param heldOut a part of the training split that is the test split, in the place of files
 * @param format of all files; if absent each file's name tells
 * @param texts the columns of one text or of two; if empty they are found
 * @param labels the column of the label, or those of several scores; if empty it is found
 * @param kind if absent the label tells
 * @param separator what stands between several labels of a text, if it is no comma
 * @param metrics if empty those that are usual for the kind
 */
public record TableSpec(
    String name,
    String where,
    Path train,
    Optional<Path> validation,
    Map<String, Path> tests,
    Optional<Share> heldOut,
    Optional<Format> format,
    List<String> texts,
    List<String> labels,
    Optional<Kind> kind,
    Optional<String> separator,
    List<Metric> metrics) {
  public TableSpec {
    tests = Collections.unmodifiableMap(new LinkedHashMap<>(tests));
    texts = List.copyOf(texts);
    labels = List.copyOf(labels);
    metrics = List.copyOf(metrics);
    if (texts.size() > 2 || texts.stream().distinct().count() < texts.size()) {
      throw GraftException.input("The columns of the texts are not one or two.")
          .in(where)
          .expected("one column, or two for pairs of texts")
          .found(String.join(", ", texts));
    }
    boolean isText = kind.equals(Optional.of(Kind.LANGUAGE_MODELLING));
    refuse("label-column", isText && !labels.isEmpty(), kind, where);
    refuse(
        "several columns of labels",
        labels.size() > 1 && !kind.orElse(Kind.SCORE).equals(Kind.SCORE),
        kind,
        where);
    refuse("metrics", isText && !metrics.isEmpty(), kind, where);
    refuse("test, as a part of the training split", isText && heldOut.isPresent(), kind, where);
    refuse("test, with several files", isText && tests.size() > 1, kind, where);
    refuse(
        "label-separator",
        separator.isPresent() && !kind.equals(Optional.of(Kind.MULTI_LABEL)),
        kind,
        where);
  }

  /** What would be passed over is a mistake. */
  private static void refuse(String key, boolean isIdle, Optional<Kind> kind, String where) {
    if (isIdle) {
      throw GraftException.input("A task of %s has no use for %s.", kind.orElse(Kind.CLASSES), key)
          .in(where)
          .remedy("leave it out, or mend the kind");
    }
  }

  /** Files of which only the names are known. */
  static TableSpec of(String name, Path train, Optional<Path> validation, Map<String, Path> tests) {
    return new TableSpec(
        name,
        train.toString(),
        train,
        validation,
        tests,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  boolean namesNothing() {
    return format.isEmpty()
        && texts.isEmpty()
        && labels.isEmpty()
        && kind.isEmpty()
        && metrics.isEmpty();
  }
}
