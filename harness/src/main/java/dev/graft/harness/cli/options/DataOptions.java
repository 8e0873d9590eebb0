package dev.graft.harness.cli.options;

import dev.graft.GraftException;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Passages;
import dev.graft.harness.data.Share;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.review.ReviewSource;
import dev.graft.harness.data.table.TableSpec;
import dev.graft.harness.objective.LanguageModelling;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.TaskFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** What a model is trained on or judged by: a task, tables, or texts for a language model. */
public final class DataOptions {
  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "A folder with a task.yaml or with files named train and test (or dev), or reviews, which"
              + " Graft writes (default: reviews).")
  private Optional<String> task = Optional.empty();

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description = "A table to train on instead of a task: .csv, .tsv or .jsonl.")
  private Optional<Path> train = Optional.empty();

  @Option(
      names = "--validation",
      paramLabel = "FILE",
      description = "Validated on, beside --train or --text (default: a tenth, held out).")
  private Optional<Path> validation = Optional.empty();

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description = "What is judged by, beside --train; 20%% holds out a part of that.")
  private Optional<String> test = Optional.empty();

  @Option(
      names = "--text-columns",
      paramLabel = "NAMES",
      description = "The column of the texts, or two joined by a comma for pairs of texts.")
  private Optional<String> textColumns = Optional.empty();

  @Option(
      names = "--label-column",
      paramLabel = "NAMES",
      description = "The column of the labels or scores, or several of scores, by commas.")
  private Optional<String> labelColumns = Optional.empty();

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "What is learnt: classes, multi-label, score or language-modelling.")
  private Optional<String> kind = Optional.empty();

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Texts to be predicted, one a line; with a tab, what is behind it.")
  private Optional<Path> text = Optional.empty();

  /** What is trained on. */
  public Objective training() {
    return text.isEmpty()
        ? tableOrTask()
        : LanguageModelling.of(texts(), validation.map(Passages::read), Optional.empty());
  }

  /** What is only judged by. */
  public Objective judging() {
    Objective objective = text.isEmpty() ? tableOrTask() : LanguageModelling.judging(texts());
    objective.requireTest();
    return objective;
  }

  private Passages texts() {
    refuseBeside(
        "--text",
        Stream.of(task.map(name -> "--task " + name), train.map(file -> "--train " + file)));
    refuseTableOptions();
    return Passages.read(text.get());
  }

  private Objective tableOrTask() {
    if (train.isEmpty()) {
      refuseTableOptions();
      validation.ifPresent(file -> refuseAlone("--validation " + file));
      return TaskFinder.objective(task.orElse(ReviewSource.NAME));
    }
    refuseBeside("--train", Stream.of(task.map(name -> "--task " + name)));
    Optional<Share> share = test.flatMap(Share::read);
    return TaskFinder.objective(
        new TableSpec(
            name(train.get()),
            "the options",
            train.get(),
            validation,
            share.isEmpty() ? test.map(Path::of).map(DataOptions::only).orElse(Map.of()) : Map.of(),
            share,
            Optional.empty(),
            names(textColumns),
            names(labelColumns),
            kind.map(name -> Kind.named(name, "--kind")),
            Optional.empty(),
            List.of()));
  }

  private static Map<String, Path> only(Path file) {
    return Map.of(Task.TEST, file);
  }

  private static List<String> names(Optional<String> joined) {
    return joined.map(names -> List.of(names.split(","))).orElse(List.of());
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }

  private static void refuseBeside(String option, Stream<Optional<String>> others) {
    others
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(
            other -> {
              throw GraftException.input("Only one of a task, tables and texts can be taken.")
                  .found("%s beside %s", other, option)
                  .remedy("leave one of them out");
            });
  }

  private void refuseTableOptions() {
    Stream.of(
            test.map(file -> "--test " + file),
            labelColumns.map(names -> "--label-column " + names),
            textColumns.map(names -> "--text-columns " + names),
            kind.map(name -> "--kind " + name))
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(DataOptions::refuseAlone);
  }

  private static void refuseAlone(String option) {
    throw GraftException.input("An option of tables stands without a table.")
        .expected("--train FILE beside it")
        .found(option)
        .remedy("a task brings its own splits and columns; task.yaml tells them");
  }
}
