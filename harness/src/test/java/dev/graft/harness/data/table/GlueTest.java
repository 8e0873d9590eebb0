package dev.graft.harness.data.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.Task;
import dev.graft.harness.measure.StandardMetric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlueTest {
  @TempDir private Path folder;

  @Test
  void theDevFileIsTheTestSplitAndNothingIsHeldOutYet() throws IOException {
    write("train.tsv", "sentence\tlabel\nfine \t1\ndull\t0\n");
    write("dev.tsv", "sentence\tlabel\ngrand\t1\n");

    Task task = new TableReader(TaskFolder.open(folder)).read();

    assertThat(task.name()).isEqualTo(folder.getFileName().toString());
    assertThat(task.isRegression()).isFalse();
    assertThat(task.labels()).containsExactly("negative", "positive");
    assertThat(task.metrics()).containsExactly(StandardMetric.ACCURACY);
    assertThat(task.train()).containsExactly(Example.of("fine ", 1), Example.of("dull", 0));
    assertThat(task.validation()).isEmpty();
    assertThat(task.test()).containsExactly(Example.of("grand", 1));
  }

  @Test
  void pairsAreReadBehindAByteOrderMarkAndAnyColumnsBetween() throws IOException {
    write(
        "train.tsv",
        "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String\n1\t7\t8\tHe left .\tHe went .\n");
    write("dev.tsv", "Quality\t#1 String\t#2 String\n0\tOne .\tTwo .\n");

    Task task = new TableReader(TaskFolder.open(folder)).read();

    assertThat(task.metrics()).containsExactly(StandardMetric.F1, StandardMetric.ACCURACY);
    assertThat(task.train()).containsExactly(new Example("He left .", Optional.of("He went ."), 1));
    assertThat(task.test()).containsExactly(new Example("One .", Optional.of("Two ."), 0));
  }

  @Test
  void scoresMakeARegression() throws IOException {
    write("train.tsv", "sentence1\tsentence2\tscore\na\tb\t3.800\nc\td\t5\n");
    write("dev.tsv", "sentence1\tsentence2\tscore\ne\tf\t0\n");

    Task task = new TableReader(TaskFolder.open(folder)).read();

    assertThat(task.isRegression()).isTrue();
    assertThat(task.metrics()).containsExactly(StandardMetric.PEARSON, StandardMetric.SPEARMAN);
    assertThat(task.train()).extracting(Example::target).containsExactly(3.8, 5.0);
  }

  @Test
  void quotationMarksAndForeignLineBreaksAreCharacters() throws IOException {
    List<String> texts = List.of("\"open", "\"a \"\"b\"\" c\"", "it 's\u0085odd\u2028text", "a\rb");
    write("train.tsv", "sentence\tlabel\r\n" + String.join("\t1\r\n", texts) + "\t1");
    write("dev.tsv", "sentence\tlabel\n\"\t0\n");

    Task task = new TableReader(TaskFolder.open(folder)).read();

    assertThat(task.train()).extracting(Example::text).isEqualTo(texts);
    assertThat(task.test()).containsExactly(Example.of("\"", 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CoLA | gj04\t1\t\tOur friends.;gj04\t0\t*\tOur. | unacceptable,acceptable | matthews",
        "MNLI | sentence1\tsentence2\tlabel1\tgold_label;a\tb\tx\tneutral;a\tc\tx\tentailment |"
            + " entailment,neutral,contradiction | accuracy",
        "QQP | id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate;1\t1\t2\ta\tb\t0;2\t3\t4\ta\tc\t1;broken"
            + " | not duplicate,duplicate | f1",
        "QNLI | index\tquestion\tsentence\tlabel;0\ta\tb\tentailment;1\tc\td\tnot_entailment |"
            + " entailment,not_entailment | accuracy",
        "RTE | index\tsentence1\tsentence2\tlabel;0\ta\tb\tentailment;1\tc\td\tnot_entailment |"
            + " entailment,not_entailment | accuracy",
        "WNLI | index\tsentence1\tsentence2\tlabel;0\ta\tb\t1;1\tc\td\t0 |"
            + " not_entailment,entailment | accuracy"
      })
  void everyTaskHasItsLayoutAndMetric(String name, String lines, String labels, String metric)
      throws IOException {
    write("train.tsv", lines.replace(';', '\n'));
    write(name.equals("MNLI") ? "dev_matched.tsv" : "dev.tsv", lines.replace(';', '\n'));
    write("dev_mismatched.tsv", lines.replace(';', '\n'));
    write("test.tsv", "index\tsentence\n0\tnobody knows\n");

    Task task = new TableReader(TaskFolder.open(folder)).read();

    assertThat(task.labels()).containsExactly(labels.split(",", -1));
    assertThat(task.metrics().get(0).label()).isEqualTo(metric);
    assertThat(task.train()).hasSize(2).isEqualTo(task.test());
    assertThat(task.notes()).anyMatch(note -> note.contains("GLUE's " + name));
  }

  private void write(String file, String text) throws IOException {
    Files.write(folder.resolve(file), text.getBytes(StandardCharsets.UTF_8));
  }
}
