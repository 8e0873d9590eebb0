package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.store.Claim;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.study.InputsFinder;
import dev.graft.harness.trial.LocalProcesses;
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
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
  @TempDir private Path temporary;

  @Test
  void theSameComesOutUntilTheDataChange() throws IOException {
    Path folder = temporary.toRealPath();
    TinyStudy tiny = new TinyStudy(folder);
    StudyFolder study = new StudyFolder(Files.createDirectory(folder.resolve("study")));
    TrialSpec spec = TrialSpec.reported(tiny.arm("lora"), 3);
    TrialResult result = (TrialResult) LocalProcesses.alone(1).run(spec, study, progress -> {});
    TrialInputs inputs = new InputsFinder(Methods.installed(), study).of(spec);
    try (TrialStore store = new Harness().stores().open(Optional.empty(), study);
        Claim claim = store.claim(inputs, study, owner -> {})) {
      claim.keep(result);
    }

    Command same = Command.run("replay", "1", "--store=" + study.path());

    assertThat(same.exitCode()).as(same.toString()).isZero();
    assertThat(same.output())
        .startsWith(
            "Replaying lora, seed 3\nData, weights, versions and machine are as they were.\n")
        .contains(
            "  losses       72 of 72 equal\n",
            "  predictions  40 of 40 equal\n",
            "  tensors      10 of 10 equal\n")
        .endsWith("\nThe same came out, bit for bit.\n");

    Files.writeString(tiny.task().resolve("train.tsv"), "w10 w12\t1\n", StandardOpenOption.APPEND);
    Command other = Command.run("replay", inputs.key().substring(0, 8), "--store=" + study.path());

    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.output())
        .contains(
            "\nNot as it was:\n  data: ", "; the first that differs is number ", "different: ")
        .endsWith("\nIt came out differently.\n");
  }
}
