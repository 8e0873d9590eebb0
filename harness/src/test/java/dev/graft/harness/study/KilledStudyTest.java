package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.json.Json;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

/**
 * Studies in processes of their own that are killed at random moments and started again: the study
 * itself, one of its trials, or both. In the suite a few times; {@code -Dgraft.kills=100} goes on,
 * with larger studies, until there were so many.
 */
@DisabledOnOs(OS.WINDOWS)
class KilledStudyTest {
  private static final int SUITE = 4;
  private static final int KILLS = Integer.getInteger("graft.kills", SUITE);

  /** A trial's results without what no two runs have in common. */
  private record Found(TrialSpec spec, List<Double> losses, Object validation, Object test) {
    static Found of(TrialResult trial) {
      return new Found(
          trial.spec(), trial.steps().losses(), trial.validation(), trial.test().orElseThrow());
    }
  }

  /** What is killed, and how. */
  private enum Kill {
    STUDY_BY_HAND("INT", true, false),
    STUDY("KILL", true, false),
    STUDY_BY_THE_SYSTEM("TERM", true, false),
    TRIAL("KILL", false, true),
    BOTH("KILL", true, true);

    private final String signal;
    private final boolean study;
    private final boolean trial;

    Kill(String signal, boolean study, boolean trial) {
      this.signal = signal;
      this.study = study;
      this.trial = trial;
    }
  }

  @TempDir private Path temporary;
  private final long seed = Long.getLong("graft.kills.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<Kill, Integer> killed = new EnumMap<>(Kill.class);
  private Path folder;
  private Path output;
  private Path log;
  private Study study;
  private Process process;

  @BeforeEach
  void write() throws IOException {
    folder = temporary.toRealPath();
    Arm tiny = new TinyStudy(folder).arm("");
    study =
        new Study(
            Optional.empty(),
            ArmNames.of(
                Stream.of("head-only", "bitfit", "lora").map(tiny::withMethod).toList(),
                Methods.installed()),
            "lora",
            KILLS > SUITE ? List.of(1L, 2L, 3L, 4L) : List.of(1L),
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

  private void signal(String name, long process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor();
  }

  /** Processes of trials, whose study may be gone. */
  private List<ProcessHandle> trials() {
    return ProcessHandle.allProcesses()
        .filter(any -> any.info().commandLine().orElse("").contains(output.resolve("trials") + "/"))
        .toList();
  }

  private void awaitTrials(boolean some) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (process.isAlive() == some && trials().isEmpty() == some) {
      assertThat(System.nanoTime()).as("seed %s", seed).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void whateverKillsAStudyItGoesOnAndGivesTheSameResults() throws Exception {
    List<Found> undisturbed = undisturbed();
    for (int kills = 0; kills < KILLS; ) {
      output = folder.resolve("output " + kills);
      log = folder.resolve("said " + kills);
      boolean finished = false;
      while (!finished && kills < KILLS) {
        start();
        finished = disturbed(Kill.values()[kills % Kill.values().length]);
        kills++;
      }
      requireTheSame(undisturbed);
    }
    System.out.printf("killed: %s, seed %s%n", killed, seed);
  }

  private List<Found> undisturbed() throws Exception {
    output = folder.resolve("undisturbed");
    log = folder.resolve("said");
    start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    return found();
  }

  /** Whether the study had ended before: on a fast machine the signal may come too late. */
  private boolean disturbed(Kill kill) throws Exception {
    awaitTrials(true);
    TimeUnit.MILLISECONDS.sleep(random.nextInt(KILLS > SUITE ? 6000 : 1200));
    boolean finished = !process.isAlive();
    if (kill.trial) {
      List<ProcessHandle> some = trials();
      if (!some.isEmpty()) {
        signal("KILL", some.get(random.nextInt(some.size())).pid());
      }
    }
    if (kill.study) {
      signal(kill.signal, process.pid());
    }
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("%s, seed %s", kill, seed).isTrue();
    if (kill.signal.equals("KILL")) {
      awaitTrials(false); // each sees that nobody waits for it
    } else {
      assertThat(trials()).as("%s, seed %s", kill, seed).isEmpty();
      assertNothingHalfWritten();
    }
    if (!finished) {
      killed.merge(kill, 1, Integer::sum);
    }
    return finished;
  }

  private void requireTheSame(List<Found> undisturbed) throws Exception {
    start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    assertThat(trials()).isEmpty();
    assertNothingHalfWritten();
    assertThatNothingRanAgainThatHadEnded();
    assertThat(found()).as("seed %s", seed).isEqualTo(undisturbed);
  }

  private List<Found> found() {
    StudyFolder results = new StudyFolder(output);
    try (TrialStore store = new Harness().stores().open(Optional.empty(), results)) {
      StudyResult shown = StudyRecord.latest(store, results).result();
      assertThat(shown.isFinished()).as("seed %s", seed).isTrue();
      assertThat(shown.results()).hasSize(study.arms().size() * study.seeds().size());
      return shown.results().stream().map(Found::of).toList();
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
      String trial = line.substring(line.indexOf(' ') + 1);
      if (line.startsWith("started ") && ended.contains(trial)) {
        wrong.add(trial);
      } else if (line.startsWith("ended ")) {
        ended.add(trial);
      }
    }
    assertThat(wrong).as("seed %s%n%s", seed, Files.readString(log)).isEmpty();
    assertThat(ended).hasSize(study.arms().size() * study.seeds().size());
  }
}
