package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads a folder of GLUE in the layout of SST-2, MRPC or STS-B, which the columns of its files
 * tell: {@code train.tsv} is the training split and {@code dev.tsv} the test split, since GLUE
 * keeps the labels of its own test split to itself.
 */
public final class GlueReader {
  private static final String TRAIN = "train.tsv";
  private static final String DEV = "dev.tsv";

  private GlueReader() {}

  /**
   * Returns the task, named after the folder, without a validation split.
   *
   * @throws GraftException if anything in the folder is not as it should be
   */
  public static Task read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw GraftException.input("There is no task folder here.")
          .in(folder)
          .expected("a GLUE folder with %s and %s, or reviews, which Graft writes", TRAIN, DEV)
          .found(Folders.kind(folder));
    }
    List<String> missing =
        Stream.of(TRAIN, DEV).filter(file -> !Files.isRegularFile(folder.resolve(file))).toList();
    if (!missing.isEmpty()) {
      throw GraftException.input("The task folder lacks %s.", String.join(" and ", missing))
          .in(folder)
          .expected("a GLUE folder with %s and %s", TRAIN, DEV);
    }
    TsvFile train = TsvFile.read(folder.resolve(TRAIN));
    GlueLayout layout = GlueLayout.nearest(train.columns());
    List<Example> trainExamples = examples(train, layout);
    List<Example> devExamples = examples(TsvFile.read(folder.resolve(DEV)), layout);
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return new Task(
        name == null ? layout.title() : name.toString(),
        layout.labels(),
        layout.metrics(),
        trainExamples,
        List.of(),
        devExamples);
  }

  private static List<Example> examples(TsvFile file, GlueLayout layout) {
    requireColumns(file, layout);
    int text = file.columns().indexOf(layout.texts().get(0));
    Optional<Integer> pair =
        layout.texts().stream().skip(1).findFirst().map(file.columns()::indexOf);
    int target = file.columns().indexOf(layout.target());
    List<Example> examples = new ArrayList<>();
    for (TsvFile.Row row : file.rows()) {
      List<String> cells = row.cells();
      double value =
          layout.labels().isEmpty()
              ? score(cells.get(target), file, row, layout)
              : label(cells.get(target), file, row, layout);
      examples.add(new Example(cells.get(text), pair.map(cells::get), value));
    }
    return examples;
  }

  private static void requireColumns(TsvFile file, GlueLayout layout) {
    List<String> missing = layout.missing(file.columns());
    if (!missing.isEmpty()) {
      throw GraftException.input(
              "The file lacks %s that the layout of %s has.",
              missing.size() == 1 ? "a column" : "columns", layout.title())
          .line("missing", String.join(", ", missing))
          .in("%s, line 1".formatted(file.path()))
          .expected(String.join(", ", layout.columns()))
          .found(TsvFile.shown(String.join(", ", file.columns())))
          .line("known layouts", GlueLayout.describeKnown());
    }
  }

  private static int label(String cell, TsvFile file, TsvFile.Row row, GlueLayout layout) {
    int classes = layout.labels().size();
    for (int label = 0; label < classes; label++) {
      if (cell.equals(Integer.toString(label))) {
        return label;
      }
    }
    String expected =
        IntStream.range(0, classes)
            .mapToObj(label -> "%s (%s)".formatted(label, layout.labels().get(label)))
            .collect(Collectors.joining(" or "));
    throw wrongCell("The label is unknown.", expected, cell, file, row, layout);
  }

  private static double score(String cell, TsvFile file, TsvFile.Row row, GlueLayout layout) {
    String expected = "a number from 0 to " + GlueLayout.HIGHEST_SCORE;
    BigDecimal score;
    try {
      score = new BigDecimal(cell);
    } catch (NumberFormatException e) {
      throw wrongCell("The score is not a number.", expected, cell, file, row, layout);
    }
    if (score.signum() < 0 || score.compareTo(BigDecimal.valueOf(GlueLayout.HIGHEST_SCORE)) > 0) {
      throw wrongCell("The score is out of range.", expected, cell, file, row, layout);
    }
    return score.doubleValue();
  }

  private static GraftException wrongCell(
      String what, String expected, String cell, TsvFile file, TsvFile.Row row, GlueLayout layout) {
    return GraftException.input(what)
        .in("%s, line %s, column '%s'".formatted(file.path(), row.line(), layout.target()))
        .expected(expected)
        .found("'%s'", TsvFile.shown(cell));
  }
}
