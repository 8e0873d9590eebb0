package dev.graft.harness.data.table;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.data.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of a task's folder: those that its task.yaml names, or else those whose names say it.
 *
 * <p>Where there is a development file and no test file with labels, the development file is what
 * is judged by, since GLUE keeps the labels of its own test splits to itself.
 */
public final class TaskFolder {
  private static final String DEV = "dev";

  private final Path folder;

  private TaskFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Finds out what is in a folder.
   *
   * @throws GraftException if there is no task
   */
  public static TableSpec open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw GraftException.input("There is no task folder here.")
          .in(folder)
          .expected(
              "a folder with task.yaml or with train and test files, or reviews, which Graft writes")
          .found(Folders.kind(folder));
    }
    return Files.exists(folder.resolve(TaskFile.NAME))
        ? TaskFile.read(folder)
        : new TaskFolder(folder).spec();
  }

  private TableSpec spec() {
    Path train =
        named("train")
            .orElseThrow(
                () ->
                    GraftException.input("The task folder has no training split.")
                        .in(folder)
                        .expected("task.yaml, or train.tsv, train.csv or train.jsonl")
                        .found(Folders.listing(folder)));
    Optional<Path> validation = named("validation", "valid", "val");
    Optional<Path> dev = named(DEV);
    Map<String, Path> tests = new LinkedHashMap<>();
    for (String name : List.of("matched", "mismatched")) {
      named(DEV + "_" + name).ifPresent(file -> tests.put(name, file));
    }
    named(Task.TEST)
        .filter(test -> (dev.isEmpty() && tests.isEmpty()) || TableReader.isLabelled(test, train))
        .ifPresent(test -> tests.put(Task.TEST, test));
    if (tests.isEmpty()) {
      dev.ifPresent(file -> tests.put(Task.TEST, file));
    } else if (validation.isEmpty()) {
      validation = dev;
    }
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return TableSpec.of(name == null ? "task" : name.toString(), train, validation, tests);
  }

  /** The one file of these names, whatever its format. */
  private Optional<Path> named(String... names) {
    List<Path> files =
        Stream.of(names)
            .flatMap(name -> Format.labels().stream().map(ending -> name + "." + ending))
            .map(folder::resolve)
            .filter(Files::isRegularFile)
            .toList();
    if (files.size() > 1) {
      throw GraftException.input("Several files of the folder may be its %s split.", names[0])
          .in(folder)
          .expected("one")
          .found(files.stream().map(Path::getFileName).map(Path::toString).collect(joining(", ")))
          .remedy("name the files in a task.yaml");
    }
    return files.stream().findFirst();
  }
}
