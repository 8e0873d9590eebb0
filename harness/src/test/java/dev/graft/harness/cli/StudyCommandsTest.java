package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.graft.harness.trial.TinyStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft study} on a tiny model and task. */
class StudyCommandsTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    new TinyStudy(folder);
    file =
        Files.writeString(
            folder.resolve("study.yaml"),
            """
            name: ranks
            model: model
            task: task
            device: cpu
            epochs: 2
            max-length: 16
            latency: false
            seeds: 2
            tuning: {trials: 3}
            methods:
              - {method: lora, vary: {rank: [1, 8]}}
              - head-only
            """);
  }

  private Command study(String name, String... more) {
    String[] all = new String[more.length + 3];
    all[0] = "study";
    all[1] = name;
    all[2] = file.toString();
    System.arraycopy(more, 0, all, 3, more.length);
    return Command.run(all);
  }

  @Test
  void checkShowsEveryArmAndHowManyTrials() {
    Command command = study("check");

    assertThat(command.errors()).isEmpty();
    assertThat(command.exitCode()).isZero();
    assertThat(command.output())
        .isEqualTo(
            """
            ranks
            task: train.tsv, read as tsv: sentence with label
            task: the layout of GLUE's SST-2
              training: 96 examples
              validation: 20 examples
              test: 40 examples
              classes: negative (48), positive (48)
              in the training split as well as to be judged by: 11 (DEV 2, DEV 6, DEV 10 and 8 more)

                              parameters          a trial
            arm          methods  head  total  steps   memory
            -----------  -------  ----  -----  -----  -------
            lora:rank=1      128    34    162     12   583 kB
            lora:rank=8    1,024    34  1,058     12   619 kB
            head-only          0    34     34     12  25.8 kB

            15 trials of 180 steps in all: 6 that are reported, and at most 9 that settings are chosen by
            memory: an estimate for training, at full batches of texts of the maximum length
            time: not forecast; --measure N runs N real training steps for that
            """
                .replace("DEV", folder.resolve("task/dev.tsv") + ", line"));
  }

  @Test
  void checkForecastsTheTimeFromStepsThatAreRun() {
    Command command = study("check", "--measure=2");

    assertThat(command.errors()).isEmpty();
    assertThat(command.output())
        .containsPattern("lora:rank=8 .* [0-9.:]+ (s|min)\n")
        .containsPattern(
            "time: about [0-9.:]+ (s|min) for all training steps, one trial after the other");
    assertThat(folder).isDirectoryNotContaining("glob:**/measured");
  }

  @Test
  void showWritesAStudyThatReadsBack() throws IOException {
    String shown = study("show").output();
    Files.writeString(file, shown);

    assertThat(shown).contains("name: ranks\n", "lora:rank=1", "seeds: [1, 2]\n");
    assertThat(study("show").output()).isEqualTo(shown);
  }

  @Test
  void schemaNamesInstalledMethodsAndTheirSettings() {
    Command command = Command.run("study", "schema");

    assertThat(JsonParser.parseString(command.output()).getAsJsonObject().keySet())
        .contains("$schema", "properties");
    assertThat(command.output()).contains("\"prefix-tuning\"", "\"virtual-tokens\": {");
  }

  @Test
  void runTrainsAndReportsAsCompareDoes() throws IOException {
    Path output = folder.resolve("output");
    Files.writeString(
        file,
        """
        name: the first
        model: model
        task: task
        device: cpu
        latency: false
        methods: [head-only]
        """);

    Command command = study("run", "--output=" + output);

    assertThat(command.errors()).contains("[1/1] head-only, seed 1");
    assertThat(command.exitCode()).isZero();
    assertThat(command.output())
        .startsWith("the first\n\ntask on model\n")
        .contains("\nhead-only ", "Results are in " + output);
    assertThat(output).isDirectoryContaining("glob:**/report.html");
    assertThatItIsShownAgain(output, command.output());
  }

  private static String figures(Path study, Path folder) {
    return Command.run(
            "study",
            "show",
            study.toString(),
            "--report=" + folder,
            "--figures=" + folder.resolve("figures"))
        .output();
  }

  private void assertThatItIsShownAgain(Path output, String report) throws IOException {
    String shown = Command.run("study", "show", output.toString()).output();
    assertThat(report).startsWith(shown);
    assertThat(shown).contains("\nhead-only ");
    Path moved = Files.move(output, folder.resolve("moved"));
    Path pages = folder.resolve("pages");
    assertThat(figures(moved, pages))
        .startsWith(shown)
        .contains(
            "Written: " + pages.resolve("report.html"),
            "Written: " + pages.resolve("figures/quality-by-tier.pdf"));
    assertThat(pages.resolve("report.html")).content().contains("<h1>the first</h1>");
    Command file = Command.run("study", "show", moved.toString(), "--file");
    assertThat(file.output()).contains("name: the first\n", "methods: [head-only]\n");
  }

  @Test
  void withoutACommandItShowsItsHelpAsAnError() {
    Command command = Command.run("study");

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.errors()).startsWith("Usage: graft study ").contains("check", "schema");
  }
}
