package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.forgetting.TinyGeneral;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForgettingCommandsTest {
  @TempDir private Path folder;
  private Path file;
  private TinyGeneral general;

  @BeforeEach
  void writeAStudy() throws IOException {
    general = new TinyGeneral(folder);
    file = folder.resolve("study.yaml");
    Files.writeString(
        file,
        """
        model: model
        task: task
        device: cpu
        learning-rate: 0.02
        latency: false
        forgetting: {text: general.txt, length: 16}
        methods: [head-only, lora]
        """);
  }

  @Test
  void checkSaysOnWhatItWillBeMeasured() {
    assertThat(Command.run("study", "check", file.toString()).output())
        .contains(
            "\nforgetting: measured in each reported trial, before and after, on 24 of 24 passages of"
                + " general.txt, of at most 16 tokens each\n");
    assertThat(Command.run("study", "show", file.toString()).output())
        .contains("forgetting: {text: %s, passages: 200, length: 16}".formatted(general.text()));
  }

  @Test
  void reportsSayWhatWasForgotten() throws IOException {
    Path output = folder.resolve("output");
    Command first = Command.run("study", "run", file.toString(), "--output=" + output);

    assertThat(first.exitCode()).as(first.errors()).isZero();
    assertThat(first.output())
        .contains("change of loss", "0.000 [0.000, 0.000]")
        .contains("On 24 passages of general.txt, the base predicts ", " tokens that were masked ")
        .containsPattern(
            "Training changes that loss, with 95% intervals over passages[^:]*: equal within 0.01 nats:\\s+head-only");
    assertThat(output.resolve("trials.csv"))
        .content()
        .contains("general_loss_before,general_loss_after,general_tokens");
    assertThat(output.resolve("report.json"))
        .content()
        .contains("\"forgetting\": {", "\"predicted\": \"MASKED_TOKEN\"", "\"passages\": 24");
    assertThat(output.resolve("report.html"))
        .content()
        .contains("<h3>forgetting</h3>", "change of loss", "<dt>general text</dt>");
    assertThat(output.resolve("report.md")).content().contains("### Findings: forgetting");
    assertThat(output.resolve("report.tex")).content().contains("15\\% of the tokens");
    Path exported = folder.resolve("runs.csv");
    Command.run("runs", "export", "--store=" + output, "--output=" + exported);
    assertThat(exported).content().contains("general_loss_before");
  }
}
