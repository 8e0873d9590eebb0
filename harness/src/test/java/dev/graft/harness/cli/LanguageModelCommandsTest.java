package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonParser;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.trial.TinyTexts;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import dev.graft.testing.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training and judging a language model, a tiny one of real files. */
class LanguageModelCommandsTest {
  @TempDir private Path folder;
  private TinyTexts tiny;
  private Path adapter;

  @BeforeEach
  void write() {
    tiny = new TinyTexts(folder);
    adapter = folder.resolve("adapter");
  }

  private Command run(String command, String... more) {
    return Command.run(
        Stream.concat(
                Stream.of(command, "--device=cpu", "--model=" + tiny.model(), "--max-length=16"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Command train(int epochs, String... more) {
    return run(
        "train",
        Stream.concat(
                Stream.of(
                    "--text=" + tiny.texts(),
                    "--output=" + adapter,
                    "--stack=lora:rank=8,targets=all-linear",
                    "--epochs=" + epochs,
                    "--host-dropout=0",
                    "--learning-rate=0.02"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private double perplexity(Path texts) {
    return JsonParser.parseString(
            run("evaluate", "--adapter=" + adapter, "--text=" + texts, "--json").output())
        .getAsJsonObject()
        .getAsJsonArray("scores")
        .get(0)
        .getAsJsonObject()
        .getAsJsonObject("estimate")
        .get("value")
        .getAsDouble();
  }

  @Test
  void learnsWhatFollowsThePrompts() {
    Command command = train(20, "--validation=" + tiny.texts());

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output().replaceAll("\\d+\\.\\d+", "N"))
        .isEqualTo(
            """
            lora:targets=all-linear: trained 4,096 parameters, N% of the model's 9,600
            60 steps in N s, loss N to N
            no step under way for N% of the time; batches are put together for N% of it
            perplexity: N [N, N]
            on 144 tokens of 48 texts of texts.txt; in brackets, 95% intervals
            saved in "DIR"
            """
                .replace("\"DIR\"", adapter.toString()));
    assertThat(perplexity(tiny.texts())).isBetween(1.0, 10.0);
  }

  @Test
  void learnsFromBatchesByTokensToo() {
    Command command = train(10, "--validation=" + tiny.texts(), "--batch-tokens=40");

    assertThat(command.output()).contains("\n60 steps in ");
    assertThat(perplexity(tiny.texts())).isBetween(1.0, 10.0);
  }

  @Test
  void thePerplexityIsTheExponentialOfTheMeanLossOverPredictedTokens() throws IOException {
    train(1);
    Path one = Files.writeString(folder.resolve("one.txt"), "w10 w11\tw12 w13\n");
    try (TestDevice cpu = new TestDevice();
        Attachment attachment = Saved.open(cpu.load(ModelDirectory.open(tiny.model())), adapter)) {
      long[] ids = {10, 11, 12, 13, TinyTexts.END};
      TokenBatch batch = TokenBatch.of(List.of(new Tokens(ids, new long[5])), 0);
      float loss = attachment.loss(batch, new double[] {-100, -100, 12, 13, TinyTexts.END});

      assertThat(perplexity(one)).isCloseTo(Math.exp(loss), within(1e-4 * Math.exp(loss)));
    }
  }

  @Test
  void withoutValidationATenthIsHeldOut() {
    assertThat(train(1).output()).contains("\non 15 tokens of 5 texts of texts.txt;");
  }
}
