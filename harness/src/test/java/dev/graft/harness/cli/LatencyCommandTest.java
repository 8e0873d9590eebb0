package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In real processes, for a moment each. */
class LatencyCommandTest {
  @TempDir private Path folder;

  private static JsonArray sizes(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject().getAsJsonArray("sizes");
  }

  @Test
  void timesAGridInThreeProcessesAndKeepsEveryTime() throws IOException {
    Path model = TinyModel.write(folder.resolve("model"), true);

    Command command =
        Command.run(
            "latency",
            "--device=cpu",
            "--model=" + model,
            "--methods=lora:rank=2,prefix-tuning:virtual-tokens=2",
            "--rows=1,2",
            "--lengths=8",
            "--processes=3",
            "--rounds=8",
            "--limit=0.01",
            "--cuda-graphs",
            "on",
            "--output=" + folder.resolve("output"));

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output())
        .containsPattern("1x8 +base ")
        .containsPattern("2x8 +lora:rank=2 merged +[0-9.]+ +[0-9.]+ \\[[0-9.]+, [0-9.]+] ")
        .containsPattern("1x8 +3 +[0-9,]+ +[0-9]+ +(yes|no) ")
        .contains("\ngpu: not measured: the device is cpu\n")
        .contains(
            "\nCUDA graphs: 0 captured, 0 calls replayed; not all programs of cpu: the device is the"
                + " processor\n")
        .contains("\ncpu clock: ", "\npytorch: 2.7.1\n");
    JsonArray sizes = sizes(folder.resolve("output").resolve("latency.json"));
    assertThat(sizes).hasSize(2);
    JsonObject size = sizes.get(1).getAsJsonObject();
    assertThat(size.getAsJsonArray("circumstances")).hasSize(3);
    for (JsonElement process : size.getAsJsonArray("processes")) {
      JsonObject times = process.getAsJsonObject().getAsJsonObject("times");
      int rounds = times.getAsJsonArray("base").size();
      assertThat(rounds).isGreaterThanOrEqualTo(6);
      assertThat(times.getAsJsonArray("twin")).hasSize(rounds);
      assertThat(times.getAsJsonObject("arms").keySet())
          .containsExactly("lora:rank=2", "lora:rank=2 merged", "prefix-tuning:virtual-tokens=2");
    }
  }

  @Test
  void showsThePaperBesideWhatIsFoundHere() throws IOException {
    Command command =
        Command.run(
            "reproduce",
            "latency",
            "--device=cpu",
            "--quick",
            "--part=table",
            "--processes=3",
            "--rounds=6",
            "--limit=0.01",
            "--output=" + folder);

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output())
        .contains("table 1 and figure 5", "no number means anything")
        .containsPattern("4x64, 0.5M +the model alone +1449.4 +- +[0-9.]+ +-\n")
        .containsPattern("4x64, 0.5M +LoRA, merged +1449.4 +0.0% ")
        .containsPattern("2x32, 11M +Adapter L: lin:bottleneck=224 +354.8 +\\+5.0% ")
        .containsPattern("1x16, 11M +Adapter H: houlsby:bottleneck=112 +25.80 +\\+30.3% ")
        .doesNotContain("bottleneck=250");
    assertThat(sizes(folder.resolve("table.json"))).hasSize(3);
  }
}
