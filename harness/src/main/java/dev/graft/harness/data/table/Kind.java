package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.Names;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is predicted of texts. */
public enum Kind {
  /** One of several classes. */
  CLASSES("classes"),
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

  @Override
  public String toString() {
    return label;
  }
}
