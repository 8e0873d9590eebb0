package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.harness.data.Example;
import dev.graft.harness.data.ExampleList;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Passage;
import dev.graft.harness.data.Passages;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.TextLines;
import dev.graft.harness.measure.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the tables of a task. */
public final class TableReader {
  private final TableSpec spec;
  private final List<String> notes = new ArrayList<>();

  /**
   * A reader.
   *
   * @param spec of the task
   */
  public TableReader(TableSpec spec) {
    this.spec = spec;
  }

  /**
   * Returns the task of labels or scores. The labels are those that the training split has.
   *
   * @throws GraftException if anything in the files is not as it should be
   */
  public Task read() {
    return reading(
        spec.train(),
        train -> {
          Columns columns = Columns.of(train, spec);
          notes.add("%s, read as %s: %s".formatted(name(spec.train()), train.format(), columns));
          return switch (spec.kind().orElse(columns.kind())) {
            case SCORE -> scores(train, columns);
            case MULTI_LABEL -> labelSets(train, columns);
            default -> classes(train, columns);
          };
        });
  }

  /** What is done with an open table. */
  private interface Reading<T> {
    T of(Table table) throws IOException;
  }

  private <T> T reading(Path file, Reading<T> reading) {
    try (Table table = open(file)) {
      return reading.of(table);
    } catch (IOException e) {
      throw TextLines.unreadable(file, e);
    }
  }

  private Table open(Path file) throws IOException {
    Format format = spec.format().isPresent() ? spec.format().get() : Format.of(file);
    return format.open(file);
  }

  /**
   * Whether a file has the column of labels that another has, as GLUE's own test splits have not.
   */
  static boolean isLabelled(Path file, Path train) {
    TableReader reader = new TableReader(TableSpec.of("", train, Optional.empty(), Map.of()));
    List<String> labels = reader.reading(train, t -> Columns.of(t, reader.spec).labels());
    return reader.reading(file, table -> table.columns().containsAll(labels));
  }

  private Task scores(Table table, Columns columns) throws IOException {
    Scores one = new Scores(glue(table, columns, List.of()).isPresent());
    boolean areSeveral = columns.labels().size() > 1;
    Target scores = areSeveral ? new SeveralScores(one) : one;
    List<String> names = areSeveral ? columns.labels() : List.of();
    StoredExamples train = examples(table, columns, scores);
    return task(columns, Kind.SCORE, names, train, scores, Kind.SCORE.usual());
  }

  private Task classes(Table table, Columns columns) throws IOException {
    Classes found = new Classes();
    StoredExamples train = examples(table, columns, found);
    if (spec.kind().isEmpty() && found.mayBeScores()) {
      throw GraftException.input("The labels may be classes as well as scores.")
          .in("%s, column '%s'".formatted(spec.train(), columns.label()))
          .found(Headers.shown(found.sorted()))
          .remedy("tell which: --kind classes or --kind score, or kind in task.yaml");
    }
    Optional<GlueLayout> glue = glue(table, columns, found.labels());
    if (glue.isEmpty()) {
      found.requireSeveral(table);
    }
    List<String> cells = glue.map(GlueLayout::cells).orElseGet(found::sorted);
    List<String> labels = glue.map(GlueLayout::labels).orElse(cells);
    train.renumber(found.places(cells));
    List<Metric> usual = glue.map(GlueLayout::metrics).orElse(Kind.CLASSES.usual());
    return task(columns, Kind.CLASSES, labels, train, new KnownClasses(cells, labels), usual);
  }

  private Task labelSets(Table table, Columns columns) throws IOException {
    Classes found = new Classes();
    LabelSets sets = new LabelSets(spec.separator().orElse(LabelSets.SEPARATOR), found);
    StoredExamples train = examples(table, columns, sets);
    List<String> labels = found.sorted();
    sets.known(new KnownClasses(labels, labels), found.places(labels));
    return task(columns, Kind.MULTI_LABEL, labels, train, sets, Kind.MULTI_LABEL.usual());
  }

  /** Own names win over GLUE's. */
  private Optional<GlueLayout> glue(Table table, Columns columns, List<String> labels) {
    Optional<GlueLayout> glue =
        spec.namesNothing() ? GlueLayout.of(table, columns, labels) : Optional.empty();
    glue.ifPresent(layout -> notes.add("the layout of GLUE's " + layout.title()));
    return glue;
  }

  private Task task(
      Columns columns,
      Kind kind,
      List<String> labels,
      ExampleList train,
      Target target,
      List<Metric> usual) {
    requireJudging(kind, labels.size());
    Map<String, ExampleList> tests = new LinkedHashMap<>();
    ExampleList validation =
        spec.validation().isPresent()
            ? examples(spec.validation().get(), columns, target)
            : ExampleList.of(List.of());
    spec.tests().forEach((name, file) -> tests.put(name, examples(file, columns, target)));
    Task task =
        new Task(
            spec.name(),
            kind,
            labels,
            target.learnt(),
            spec.metrics().isEmpty() ? usual : spec.metrics(),
            train,
            validation,
            tests,
            notes);
    return spec.heldOut().map(task::withTest).orElse(task);
  }

  private void requireJudging(Kind kind, int labels) {
    List<String> allowed = kind.metrics(labels).stream().map(Metric::label).toList();
    for (Metric metric : spec.metrics()) {
      if (!allowed.contains(metric.label())) {
        throw GraftException.input(
                "The metric %s does not judge a task of %s.", metric.label(), kind)
            .in(spec.where())
            .expected(String.join(", ", allowed));
      }
    }
  }

  private StoredExamples examples(Path file, Columns columns, Target target) {
    return reading(
        file,
        table -> {
          columns.require(table);
          return examples(table, columns, target);
        });
  }

  private StoredExamples examples(Table table, Columns columns, Target target) throws IOException {
    int[] texts = columns.texts().stream().mapToInt(table.columns()::indexOf).toArray();
    int[] labels = columns.labels().stream().mapToInt(table.columns()::indexOf).toArray();
    StoredExamples examples = new StoredExamples(table.file());
    for (Row row = table.next(); row != null; row = table.next()) {
      String text = row.one(texts[0], table);
      Optional<String> pair =
          texts.length < 2 ? Optional.empty() : Optional.of(row.one(texts[1], table));
      double worth = target.of(row, labels, table);
      examples.append(row.line(), new Example(text, pair, worth));
    }
    requireAny(examples.isEmpty(), table);
    target.finish(table);
    if (table.leftOut() > 0) {
      notes.add(
          "%s lines of %s are broken and left out".formatted(table.leftOut(), name(table.file())));
    }
    return examples;
  }

  private static void requireAny(boolean isEmpty, Table table) {
    if (isEmpty) {
      throw GraftException.input("The file has no examples.")
          .in(table.file())
          .expected("lines after the column names")
          .found("only %s", Headers.shown(table.columns()));
    }
  }

  /**
   * Returns the texts of one file for a language model: a column of texts, or one of prompts and
   * one of what follows them.
   *
   * @throws GraftException if anything in the file is not as it should be
   */
  public Passages passages(Path file) {
    List<String> columns = spec.texts().isEmpty() ? List.of("text") : spec.texts();
    return reading(
        file,
        table -> {
          Columns.require(table, columns);
          int text = table.columns().indexOf(columns.get(columns.size() - 1));
          int prompt = table.columns().indexOf(columns.get(0));
          List<Passage> passages = new ArrayList<>();
          for (Row row = table.next(); row != null; row = table.next()) {
            String before = prompt == text ? "" : row.one(prompt, table);
            passages.add(new Passage(row.line(), before, row.one(text, table)));
          }
          requireAny(passages.isEmpty(), table);
          return new Passages(file, passages);
        });
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }
}
