package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.json.Json;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.Trial;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Studies in processes of their own that are killed at random moments and started again. */
@DisabledOnOs(OS.WINDOWS)
class KilledStudyTest {
  @TempDir private Path temporary;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private Path folder;
  private Path output;
  private Path log;
  private Study study;
  private Process process;

  @BeforeEach
  void write() throws IOException {
    folder = temporary.toRealPath();
    output = folder.resolve("output");
    log = folder.resolve("said.txt");
    Arm tiny = new TinyStudy(folder).arm("");
    study =
        new Study(
            Optional.empty(),
            ArmNames.of(
                Stream.of("head-only", "bitfit", "lora").map(tiny::withMethod).toList(),
                Methods.installed()),
            "lora",
            List.of(1L),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Json.write(folder.resolve("study.json"), study);
  }

  @AfterEach
  void leaveNoProcess() {
    process.destroyForcibly();
  }

  private void start() throws IOException {
    process =
        JavaProcess.of(
                StudyProcess.class, folder.resolve("study.json").toString(), output.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Processes of trials, whose study may be gone. */
  private long trials() {
    return ProcessHandle.allProcesses()
        .filter(any -> any.info().commandLine().orElse("").contains(output.resolve("trials") + "/"))
        .count();
  }

  private void awaitTrials(boolean some) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (process.isAlive() == some && trials() > 0 != some) {
      assertThat(System.nanoTime()).as("seed %s", seed).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void whateverKillsAStudyItGoesOnAndGivesTheSameResults() throws Exception {
    for (String signal : List.of("INT", "KILL", "TERM")) {
      start();
      awaitTrials(true);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1200));
      signal(signal);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("%s, seed %s", signal, seed).isTrue();
      if (signal.equals("KILL")) {
        awaitTrials(false); // each sees that nobody waits for it
      } else {
        assertThat(trials()).as("%s, seed %s", signal, seed).isZero();
        assertNothingHalfWritten();
      }
      // On a fast machine a study may end before the signal comes.
      assertThat(shown().isFinished()).isEqualTo(process.exitValue() == 0);
    }
    start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(trials()).isZero();
    assertThatNothingRanAgainThatHadEnded();
    StudyResult result =
        new Harness()
            .studyRunner()
            .run(
                study,
                "",
                ExecutorOptions.DEFAULT,
                output,
                Optional.empty(),
                new StudyListener() {});
    assertThat(result.results()).hasSize(3);
    assertThat(shown()).isEqualTo(result);
    TrialSpec spec = result.results().get(2).spec();
    StudyFolder here = new StudyFolder(folder.resolve("here"));
    OutputFolder.create(here.trial(spec));
    TrialResult undisturbed = new Trial(spec, here, progress -> {}).run(Methods.installed());
    assertThat(result.results().get(2).steps().losses()).isEqualTo(undisturbed.steps().losses());
    assertThat(result.results().get(2).test()).isEqualTo(undisturbed.test());
  }

  private StudyResult shown() {
    StudyFolder results = new StudyFolder(output);
    try (TrialStore store = new Harness().stores().open(Optional.empty(), results)) {
      return StudyRecord.latest(store, results).result();
    }
  }

  private void assertNothingHalfWritten() throws IOException {
    try (Stream<Path> files = Files.walk(output)) {
      assertThat(files)
          .as("seed %s", seed)
          .noneMatch(file -> file.getFileName().toString().matches("\\..*|.*\\.unfinished"));
    }
  }

  private void assertThatNothingRanAgainThatHadEnded() throws IOException {
    Set<String> ended = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      String arm = line.substring(line.indexOf(' ') + 1);
      if (line.startsWith("started ") && ended.contains(arm)) {
        wrong.add(arm);
      } else if (line.startsWith("ended ")) {
        ended.add(arm);
      }
    }
    assertThat(wrong).as("seed %s%n%s", seed, Files.readString(log)).isEmpty();
    assertThat(ended).hasSize(3);
  }
}
