package dev.graft.harness.forgetting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.json.Json;
import dev.graft.harness.trial.TinyTexts;
import dev.graft.model.Attachment;
import dev.graft.model.Pretraining;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForgettingMeterTest {
  @TempDir private Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  private TinyHost host(String kind) {
    return cpu.host(
        ModelDirectory.open(
            kind.equals("gpt2")
                ? new TinyTexts(folder).model()
                : new TinyGeneral(folder).study().model()));
  }

  private GeneralText text() throws Exception {
    Path file = folder.resolve("text.txt");
    Files.writeString(file, TinyGeneral.lines(1));
    return GeneralText.of(new ForgettingSpec(file.toString(), 200, 16));
  }

  private static Forgetting measured(GeneralText text, Attachment trained) {
    return ForgettingMeter.of(text, trained).of(trained, progress -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2"})
  void beforeIsTheBaseWhateverTheMethodAndMergedWeightsForgetTheSame(String kind) throws Exception {
    TinyHost host = host(kind);
    try (Attachment fresh = host.attach("lora");
        Attachment trained = host.moved(fresh);
        Attachment merged = trained.merged();
        Attachment head = host.attach("head-only");
        Attachment prefix = host.attach("prefix-tuning:virtual-tokens=4")) {
      Forgetting nothing = measured(text(), head);
      Forgetting some = measured(text(), trained);
      Forgetting same = measured(text(), merged);
      Forgetting other = measured(text(), prefix);
      assertThat(nothing.predicted())
          .isEqualTo(
              kind.equals("gpt2")
                  ? Pretraining.Objective.NEXT_TOKEN
                  : Pretraining.Objective.MASKED_TOKEN);
      assertThat(nothing.passages()).isEqualTo(TinyGeneral.PASSAGES);
      assertThat(nothing.after()).isEqualTo(nothing.before());
      assertThat(Stream.of(some, same, other))
          .allSatisfy(
              found -> {
                assertThat(found.before()).isEqualTo(nothing.before());
                assertThat(found.tokens()).isEqualTo(nothing.tokens());
                assertThat(found.after()).isNotEqualTo(found.before());
              });
      for (int i = 0; i < some.passages(); i++) {
        assertThat(same.after().get(i)).isCloseTo(some.after().get(i), within(1e-5));
      }
      assertThat(Json.read(Json.line(some), Forgetting.class)).isEqualTo(some);
    }
  }

  @Test
  void lossesAreMeansOverTokens() {
    Forgetting found =
        new Forgetting(
            Pretraining.Objective.NEXT_TOKEN,
            List.of(1.0, 3.0),
            List.of(2.0, 4.0),
            List.of(6.0, 2.0));
    assertThat(found.lossBefore()).isEqualTo(3.5);
    assertThat(found.lossAfter()).isEqualTo(3.0);
    assertThat(found.weightedAfter().of(new int[] {2, 0})).isEqualTo(6.0);
    assertThat(found.predictedTokens()).isEqualTo(4);
  }

  @Test
  void passagesAreTakenEvenlyFromAllOfTheFile() throws Exception {
    Path file = folder.resolve("long.txt");
    Files.writeString(
        file, String.join("\n", IntStream.range(0, 100).mapToObj(i -> "w" + i).toList()));
    GeneralText text = GeneralText.of(new ForgettingSpec(file.toString(), 10, 16));
    assertThat(text.passages())
        .extracting(GeneralText.Passage::line)
        .containsExactly(1, 11, 21, 31, 41, 51, 61, 71, 81, 91);
    assertThat(GeneralText.count(text.spec())).isEqualTo(100);
  }
}
