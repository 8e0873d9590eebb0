package dev.graft.harness.data.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.ExampleList;
import dev.graft.harness.data.Passage;
import dev.graft.harness.data.Task;
import dev.graft.harness.measure.StandardMetric;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableReaderTest {
  @TempDir private Path folder;

  private Task read() {
    return new TableReader(TaskFolder.open(folder)).read();
  }

  private void write(String file, String text) throws IOException {
    write(file, text, StandardCharsets.UTF_8);
  }

  private void write(String file, String text, Charset charset) throws IOException {
    Files.write(folder.resolve(file), text.getBytes(charset));
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, '', '\n'",
    "UTF-8, \uFEFF, '\r\n'",
    "UTF-16LE, \uFEFF, '\r\n'",
    "UTF-16BE, \uFEFF, '\n'"
  })
  void cellsAreThoseOfRfc4180InEveryCharset(String charset, String mark, String end)
      throws IOException {
    String table = mark + "text,label\n\"a, b\",yes\n\"two\nlines, \"\"q\"\"\",no\n日本,yes\n";
    write("train.csv", table.replace("\n", end), Charset.forName(charset));

    Task task = read();

    assertThat(task.labels()).containsExactly("no", "yes");
    assertThat(task.train())
        .containsExactly(
            Example.of("a, b", 1), Example.of("two\nlines, \"q\"", 0), Example.of("日本", 1));
    assertThat(places(task.train()))
        .containsExactly("train.csv, line 2", "train.csv, line 3", "train.csv, line 5");
  }

  private static List<String> places(ExampleList examples) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      places.add(examples.place(i).replaceAll(".*/", ""));
    }
    return places;
  }

  @Test
  void aJsonObjectALine() throws IOException {
    write(
        "train.jsonl",
        """
        {"id": 1, "premise": "a\\tb", "hypothesis": "c", "label": 10}

        {"label": 9, "hypothesis": "d", "premise": "", "id": 2, "x": null}
        """);

    Task task = read();

    assertThat(task.labels()).containsExactly("9", "10");
    assertThat(task.train())
        .containsExactly(
            new Example("a\tb", Optional.of("c"), 1), new Example("", Optional.of("d"), 0));
    assertThat(places(task.train())).containsExactly("train.jsonl, line 1", "train.jsonl, line 3");
  }

  @ParameterizedTest
  @CsvSource({"'3,1,2', '1,2,3'", "'10,9,-1', '-1,9,10'", "'b,a,B', 'B,a,b'", "'10,9,x', '10,9,x'"})
  void numbersAreSortedByTheirValueAndTextsAsTexts(String found, String sorted) throws IOException {
    StringBuilder table = new StringBuilder("sentence,label\n");
    for (String label : found.split(",", -1)) {
      table.append("a,").append(label).append('\n');
    }
    write("train.csv", table.toString());

    assertThat(read().labels()).containsExactly(sorted.split(",", -1));
  }

  @Test
  void aFileOfTaskYamlNamesEverything() throws IOException {
    write("reviews.csv", "id,title,body,stars\n1,t,b,5\n2,u,c,1\n");
    write("held.csv", "stars,body,title\n1,bb,tt\n");
    write(
        "task.yaml",
        """
        # reviews of five stars
        train: reviews.csv
        validation: held.csv
        test: [held.csv, reviews.csv]
        text-columns: [title, body]
        label-column: stars
        kind: classes
        metrics: [macro-f1, matthews]
        """);

    Task task = read();

    assertThat(task.labels()).containsExactly("1", "5");
    assertThat(task.metrics()).containsExactly(StandardMetric.MACRO_F1, StandardMetric.MATTHEWS);
    assertThat(task.train())
        .containsExactly(
            new Example("t", Optional.of("b"), 1), new Example("u", Optional.of("c"), 0));
    assertThat(task.validation()).containsExactly(new Example("tt", Optional.of("bb"), 0));
    assertThat(task.tests()).containsOnlyKeys("held.csv", "reviews.csv");
    assertThat(task.withValidation()).isSameAs(task);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.csv | text,label;a,\"y, x\";b,;c,x;d,\"x,y\" | ''",
        "train.tsv | text\tlabel;a\ty+x;b\t;c\tx;d\tx+y | label-separator: +",
        "train.jsonl | {\"text\": \"a\", \"label\": [\"y\", \"x\"]};{\"text\": \"b\", \"label\": []};"
            + "{\"text\": \"c\", \"label\": \"x\"};{\"text\": \"d\", \"label\": [\"x\", \"y\"]} | ''"
      })
  void aTextMayHaveSeveralLabels(String file, String lines, String more) throws IOException {
    write(file, lines.replace(';', '\n'));
    write("task.yaml", "train: %s\ntest: %s\nkind: multi-label\n%s\n".formatted(file, file, more));

    Task task = read();

    assertThat(task.isMultiLabel()).isTrue();
    assertThat(task.labels()).containsExactly("x", "y");
    assertThat(task.metrics()).containsExactly(StandardMetric.MICRO_F1, StandardMetric.MACRO_F1);
    for (ExampleList split : List.of(task.train(), task.test())) {
      assertThat(split)
          .extracting(e -> task.numbers(e.target()))
          .containsExactly(
              new double[] {1, 1}, new double[] {0, 0}, new double[] {1, 0}, new double[] {1, 1});
    }
  }

  @Test
  void severalScoresAreCalledByTheirColumns() throws IOException {
    write("train.csv", "text,calm,loud\na,0.5,-1\nb,2,3e-1\n");
    write("task.yaml", "train: train.csv\ntext-columns: text\nlabel-column: [calm, loud]\n");

    Task task = read();

    assertThat(task.isRegression()).isTrue();
    assertThat(task.labels()).containsExactly("calm", "loud");
    assertThat(task.width()).isEqualTo(2);
    assertThat(task.train())
        .extracting(e -> task.numbers(e.target()))
        .containsExactly(new double[] {0.5, -1}, new double[] {2, 0.3});
  }

  @Test
  void scoresHaveNoLabels() throws IOException {
    write("train.tsv", "text\tvalue\na\t-3.5\nb\t1e3\n");
    write("task.yaml", "train: train.tsv\nlabel-column: value\ntext-columns: text\nkind: score\n");

    Task task = read();

    assertThat(task.isRegression()).isTrue();
    assertThat(task.metrics()).containsExactly(StandardMetric.PEARSON, StandardMetric.SPEARMAN);
    assertThat(task.train()).extracting(Example::target).containsExactly(-3.5, 1000.0);
  }

  @Test
  void promptsAndTextsForALanguageModel() throws IOException {
    write("train.csv", "mr,ref\n\"name[A], food[B]\",A serves B.\nx,y\n");
    write("task.yaml", "train: train.csv\ntext-columns: [mr, ref]\nkind: language-modelling\n");

    TableSpec spec = TaskFolder.open(folder);

    assertThat(new TableReader(spec).passages(spec.train()).all())
        .containsExactly(
            new Passage(2, "name[A], food[B]", "A serves B."), new Passage(3, "x", "y"));
  }

  @ParameterizedTest
  @CsvSource({
    "train.csv dev.csv, 0, dev.csv",
    "train.csv dev.csv test.csv, 1, test.csv",
    "train.csv valid.csv test.csv, 1, test.csv",
    "train.csv validation.csv dev.csv, 1, dev.csv",
    "train.csv, 0, ''"
  })
  void theNamesOfFilesTellTheSplits(String files, int validation, String test) throws IOException {
    for (String file : files.split(" ", -1)) {
      write(file, "text,label\n%s,a\n%s,b\n".formatted(file, file));
    }

    Task task = read();

    assertThat(task.validation()).hasSize(2 * validation);
    assertThat(task.test())
        .extracting(Example::text)
        .containsOnly(test.isEmpty() ? new String[0] : new String[] {test});
  }

  @Test
  void aTenthOfEachClassIsHeldOutOfTheTrainingSplit() throws IOException {
    StringBuilder table = new StringBuilder("text,label\n");
    for (int i = 0; i < 100; i++) {
      table.append("t%s,%s\n".formatted(i, i < 60 ? "a" : i < 95 ? "b" : "c"));
    }
    write("train.csv", table.toString());

    Task task = read().withValidation();

    assertThat(task.train()).hasSize(90).doesNotContainAnyElementsOf(task.validation());
    assertThat(task.validation()).hasSize(10);
    assertThat(task.validation()).filteredOn(e -> e.label() == 0).hasSize(6);
    assertThat(task.validation()).filteredOn(e -> e.label() == 1).hasSizeBetween(3, 4);
    assertThat(read().withValidation().contentHash()).isEqualTo(task.contentHash());
  }

  @Test
  void aPartOfOneFileIsTheTestSplit() throws IOException {
    StringBuilder rows = new StringBuilder("text,label\n");
    for (int i = 0; i < 50; i++) {
      rows.append("t%s,%s\n".formatted(i, i % 5 == 0 ? "rare" : "usual"));
    }
    write("all.csv", rows.toString());
    write("task.yaml", "train: all.csv\ntest: 20%\n");

    Task task = read().withValidation();

    assertThat(task.train()).hasSize(36).doesNotContainAnyElementsOf(task.test());
    assertThat(task.validation()).hasSize(4).doesNotContainAnyElementsOf(task.test());
    assertThat(task.test()).hasSize(10);
    assertThat(task.test()).filteredOn(e -> e.label() == 0).hasSize(2);
    assertThat(task.notes()).contains("tested on 20% of the training split, which are held out");
    assertThat(read().withValidation().contentHash()).isEqualTo(task.contentHash());
  }
}
