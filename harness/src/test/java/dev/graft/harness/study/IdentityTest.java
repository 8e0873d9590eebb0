package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same names, and something else behind them. */
class IdentityTest {
  @TempDir private Path temporary;
  private Path folder;
  private TinyStudy tiny;

  @BeforeEach
  void write() throws IOException {
    folder = temporary.toRealPath();
    tiny = new TinyStudy(folder);
  }

  private TrialInputs inputs() {
    return new InputsFinder(Methods.installed(), new StudyFolder(folder.resolve("output")))
        .of(TrialSpec.reported(tiny.arm("lora"), 1));
  }

  private static void changeAByte(Path file, int fromTheEnd) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - fromTheEnd] ^= 1;
    Files.write(file, bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "task/train.tsv, 4",
    "task/dev.tsv, 4",
    "model/model.safetensors, 1",
    "model/config.json, 0",
    "model/tokenizer.json, 0"
  })
  void aByteMakesAnotherTrialUntilItIsAsItWas(String file, int fromTheEnd) throws IOException {
    TrialInputs before = inputs();
    if (file.endsWith(".json")) {
      Files.writeString(folder.resolve(file), Files.readString(folder.resolve(file)) + " ");
    } else {
      changeAByte(folder.resolve(file), fromTheEnd);
    }

    assertThat(inputs().key()).isNotEqualTo(before.key());
    assertThat(inputs().bound()).isNotEqualTo(before.bound());
    assertThat(inputs().spec()).isEqualTo(before.spec());
  }

  @Test
  void whatIsStoredCountsOnlyForTheDataThatItIsOf() throws IOException {
    TrialResult before = run();
    Path checkpoint = folder.resolve("output").resolve(before.checkpoint());
    byte[] trained = Files.readAllBytes(checkpoint.resolve("graft.json"));
    Path data = tiny.task().resolve("train.tsv");
    changeAByte(data, 2); // the last label

    TrialResult after = run();

    assertThat(after.provenance().data()).isNotEqualTo(before.provenance().data());
    assertThat(after.steps().losses()).isNotEqualTo(before.steps().losses());
    assertThat(after.checkpoint()).isNotEqualTo(before.checkpoint());
    assertThat(checkpoint.resolve("graft.json")).hasBinaryContent(trained);
    changeAByte(data, 2);
    assertThat(run()).isEqualTo(before);
  }

  private TrialResult run() {
    Study study =
        new Study(
            Optional.empty(),
            ArmNames.of(List.of(tiny.arm("lora")), Methods.installed()),
            "lora",
            List.of(1L),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return new Harness()
        .studyRunner()
        .run(
            study,
            "",
            ExecutorOptions.DEFAULT,
            folder.resolve("output"),
            Optional.empty(),
            new StudyListener() {})
        .results()
        .get(0);
  }
}
