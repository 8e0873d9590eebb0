package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.conformance.TinyHosts;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
  @TempDir private Path folder;

  private static Command plan(String model, String stack, String... more) {
    String[] all = new String[more.length + 3];
    System.arraycopy(more, 0, all, 3, more.length);
    all[0] = "plan";
    all[1] = "--model=" + model;
    all[2] = "--stack=" + stack;
    return Command.run(all);
  }

  @Test
  void showsSitesParametersMemoryAndOperations() {
    assertThat(
            plan(
                "gpt3-175b",
                "lora:rank=4,layers=[0,1]+prefix-tuning",
                "--precision=float16",
                "--rows=1"))
        .isEqualTo(
            new Command(
                0,
                """
                gpt3-175b: gpt2, 96 blocks of width 12,288, 174,604,259,328 parameters
                stack: lora:rank=4,layers=[0,1]+prefix-tuning; head: language model
                batch: 1 x 128 tokens, float16

                method         target  where                                shape    sites
                -------------  ------  ------------------------  ----------------  -------
                lora           query   layers.*.attention.query  12,288 -> 12,288  2 of 96
                lora           value   layers.*.attention.value  12,288 -> 12,288  2 of 96
                prefix-tuning          layers.*.attention                               96

                trained        parameters  of the host
                -------------  ----------  -----------
                lora              393,216     0.00023%
                prefix-tuning  37,748,736       0.022%
                all methods    38,141,952       0.022%
                head                    0           0%

                training takes          memory
                ----------------------  ------
                weights of the host     349 GB
                methods and head        153 MB
                gradients               153 MB
                optimiser               305 MB
                activations (estimate)  6.8 GB
                all of it, on a GPU     357 GB
                all of it, on a CPU     361 GB

                A forward pass takes 44.8 TFLOP, 350 GFLOP a token.
                """,
                ""));
  }

  @Test
  void aConfigurationAloneSuffices() throws IOException {
    Files.writeString(folder.resolve("config.json"), TinyHosts.config("llama").json().toString());

    Command command = plan(folder.toString(), "lora:targets=all-linear", "--length=8", "--json");

    assertThat(command.errors()).isEmpty();
    JsonObject json = JsonParser.parseString(command.output()).getAsJsonObject();
    assertThat(json.get("architecture").getAsString()).isEqualTo("llama");
    assertThat(json.get("head").getAsString()).isEqualTo("language model");
    assertThat(json.getAsJsonArray("sites")).hasSize(7);
    assertThat(json.getAsJsonObject("parameters").get("total").getAsLong()).isEqualTo(4096);
    assertThat(json.getAsJsonObject("bytes").get("gradients").getAsLong()).isEqualTo(4 * 4096);
  }

  @Test
  void whatIsNoProjectionIsPlannedToo() throws IOException {
    Files.writeString(folder.resolve("config.json"), TinyHosts.config("qwen2").json().toString());

    Command command =
        plan(folder.toString(), "lora:rank=2,targets=[query,embeddings.word]", "--length=8");

    assertThat(command.errors()).isEmpty();
    assertThat(command.output())
        .containsPattern("lora +query +layers\\.\\*\\.attention\\.query")
        .containsPattern("lora +embeddings")
        .containsPattern("lora +280 "); // 2 (64 + 76)
  }

  @Test
  void theWeightsTellWhatThePartsAre() {
    Path model = TinyModel.write(folder.resolve("model"), false);

    Command command = plan(model.toString(), "head-only", "--labels=3", "--length=8");

    assertThat(command.output()).contains("head: 3 labels (mean)", "\nhead               51  ");
  }
}
