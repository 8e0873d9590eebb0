package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In real processes, for a moment each. */
class BenchCommandTest {
  /** A Python with torch, transformers and peft. */
  private static final String PYTHON = System.getProperty("graft.python");

  @TempDir private Path folder;

  private Command bench(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("bench", "--device=cpu", "--quick", "--seconds=1", "--output=" + folder));
    arguments.addAll(List.of(options));
    return Command.run(arguments.toArray(String[]::new));
  }

  private JsonObject found() throws IOException {
    return JsonParser.parseString(Files.readString(folder.resolve("bench.json"))).getAsJsonObject();
  }

  private JsonObject figure(int number) throws IOException {
    return found()
        .getAsJsonArray("processes")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("figures")
        .get(number)
        .getAsJsonObject();
  }

  @Test
  void graftAloneIsTimedTwiceARound() throws IOException {
    Command command = bench("--work=small,mixed", "--sizes=2x8");

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output())
        .containsPattern("minilm-l6-tiny step adapted 2x8 +graft +[0-9.]+ +again [0-9.]+ \\[")
        .containsPattern("gpt2-medium-tiny forward mixed 2x8 +graft ")
        .contains("allocated: DJL passes on nothing");
    JsonObject step = figure(0);
    int rounds = step.getAsJsonObject("times").getAsJsonArray("base").size();
    assertThat(rounds).isGreaterThanOrEqualTo(6);
    assertThat(step.getAsJsonObject("times").getAsJsonArray("twin")).hasSize(rounds);
    assertThat(step.getAsJsonObject("sides").keySet()).containsExactly("graft");
    JsonObject held =
        step.getAsJsonObject("sides").getAsJsonObject("graft").getAsJsonObject("held");
    assertThat(held.get("value").getAsLong()).isGreaterThan(50_000_000);
  }

  @Test
  void whatIsNotBegunInTimeIsTold() throws IOException {
    Command command = bench("--work=small", "--sizes=2x8,2x16", "--limit=0.0001");

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output())
        .contains("minilm-l6-tiny step adapted 2x16: left out, as the limit was reached.");
  }

  private static String peer() throws URISyntaxException {
    assumeTrue(PYTHON != null, "graft.python names no Python with torch, transformers and peft");
    URI script = BenchCommandTest.class.getResource("/dev/graft/harness/bench/peer.py").toURI();
    return "--peer=" + PYTHON + " " + Path.of(script);
  }

  @Test
  void whatTheOtherSideRefusesIsTold() throws IOException, URISyntaxException {
    Command command =
        bench("--work=mixed", "--sizes=2x8", "--arms=mixed", "--ways=compiled", peer());

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output())
        .containsPattern("mixed 2x8 +graft +[0-9.]+ ")
        .containsPattern("mixed 2x8 +compiled +- +refused ")
        .contains("ValueError: peft chooses adapters by row in hooks");
  }

  @Test
  void peftOnTheSameFilesComputesTheSame() throws IOException, URISyntaxException {
    Command command =
        bench("--work=forward,step,classes,mixed", "--sizes=2x8", "--ways=eager", peer());

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output()).doesNotContain("refused", "not the same");
    for (int i = 0; i < 7; i++) {
      JsonObject eager = figure(i).getAsJsonObject("sides").getAsJsonObject("eager");
      assertThat(eager.get("difference").getAsDouble()).as("figure %s", i).isBetween(0.0, 1e-5);
      assertThat(figure(i).getAsJsonObject("times").getAsJsonObject("arms").keySet())
          .containsExactly("eager");
    }
  }

  @Test
  void anOptimisationIsMeasuredAgainstItsAbsence() throws IOException {
    Command command = bench("--work=step", "--sizes=2x8", "--peer=graft", "--ways=none,all");

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output()).doesNotContain("refused", "not the same");
    JsonObject sides = figure(0).getAsJsonObject("sides");
    assertThat(sides.keySet()).containsExactlyInAnyOrder("graft", "none", "all");
    assertThat(sides.getAsJsonObject("none").get("difference").getAsDouble()).isZero();
    assertThat(sides.getAsJsonObject("all").get("difference").getAsDouble()).isBetween(0.0, 1e-5);
  }

  @Test
  void growthIsFittedAlongEachAxisBesideThePlan() throws IOException {
    Command command =
        Command.run(
            "bench",
            "growth",
            "--device=cpu",
            "--quick",
            "--axes=layers,adapters",
            "--seconds=1",
            "--output=" + folder);

    assertThat(command.exitCode()).as(command.errors()).isZero();
    assertThat(command.output())
        .containsPattern("layers +4 +[0-9.]+ +[0-9.]+ MFLOP +[0-9.-]+ [kM]?B +[0-9.]+ MB")
        .containsPattern("\nlayers +-?[0-9.]+ \\[-?[0-9.]+, -?[0-9.]+] +1\\.[01][0-9] ")
        .containsPattern("\nadapters +-?[0-9.]+ \\[-?[0-9.]+, -?[0-9.]+] +0\\.00 ");
    JsonObject layers =
        JsonParser.parseString(Files.readString(folder.resolve("growth.json")))
            .getAsJsonObject()
            .getAsJsonArray("axes")
            .get(0)
            .getAsJsonObject();
    assertThat(layers.getAsJsonArray("points")).hasSize(3);
    assertThat(layers.getAsJsonObject("time").keySet()).containsExactly("value", "low", "high");
  }
}
