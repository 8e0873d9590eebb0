package dev.graft.harness.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.cli.Command;
import dev.graft.harness.job.Progress;
import dev.graft.harness.job.Progress.Phase;
import dev.graft.harness.store.Owner;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.program.Precision;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StudyProgressTest {
  private static final TrialSpec TRIAL =
      TrialSpec.reported(
          new Arm("/model", "reviews", "lora", false, "cpu", Precision.FLOAT32, Recipe.DEFAULT), 1);

  private static final Owner OWNER = new Owner("elsewhere boot space", 12, "then");

  private static String shown(boolean isInteractive) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Command.terminal(err, isInteractive);
    AtomicLong clock = new AtomicLong();
    try (StudyProgress progressing = new StudyProgress(terminal, Path.of("out"), clock::get)) {
      progressing.began(2, 1);
      progressing.started(0, "lora", TRIAL);
      clock.set(60_000_000_000L);
      progressing.progressed(0, TRIAL, new Progress(Phase.TRAINING, 30, 120, 0.51234));
      progressing.ended(
          0, "lora", new TrialFailure(TRIAL, "It was killed.\nmore", "log.txt"), false);
      progressing.timingStarted();
      progressing.timed(new Progress(Phase.TIMING, 0, 2, Double.NaN));
    }
    return Command.text(err);
  }

  @Test
  void onAScreenALineIsWrittenAnew() {
    assertThat(shown(true).replace("\r\033[K", "\n>"))
        .isEqualTo(
            """
            2 trials, one after the other; results go to out

            >[1/2] lora, seed 1: starting
            >[1/2] lora, seed 1: training 25%, loss 0.512, ~7 min of trials left
            >[1/2] lora, seed 1: failed: It was killed.

            >latency: starting
            >latency: timing 0%
            >""");
  }

  @Test
  void elsewhereThereAreOnlyWholeLines() {
    assertThat(shown(false))
        .isEqualTo(
            """
            2 trials, one after the other; results go to out
            [1/2] lora, seed 1
            [1/2] lora, seed 1: failed: It was killed.
            latency
            """);
  }

  @Test
  void trialsThatRunTogetherShareTheLine() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Command.terminal(err, true);
    try (StudyProgress progressing = new StudyProgress(terminal, Path.of("out"), () -> 0)) {
      progressing.began(9, 2);
      progressing.started(0, "lora", TRIAL);
      progressing.started(1, "prefix-tuning", TRIAL);
      progressing.progressed(1, TRIAL, new Progress(Phase.EVALUATING, 1, 2, Double.NaN));
    }
    assertThat(Command.text(err).replace("\r\033[K", "\n>"))
        .isEqualTo(
            """
            9 trials, 2 at a time; results go to out

            >[1/9] lora, seed 1: starting
            >[1/9] lora, seed 1: starting | [2/9] prefix-tuning, seed 1: starting
            >[1/9] lora, seed 1: starting | [2/9] prefix-tuning, seed 1: evaluating 50%
            >""");
  }

  @Test
  void whatIsWaitedForIsTold() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Command.terminal(err, false);
    try (StudyProgress progressing = new StudyProgress(terminal, Path.of("out"), () -> 0)) {
      progressing.began(3, 1);
      progressing.waiting(2, "lora", TRIAL, OWNER);
      progressing.timingWaits(Path.of("latency"));
    }
    assertThat(Command.text(err))
        .isEqualTo(
            """
            3 trials, one after the other; results go to out
            [3/3] lora, seed 1: waits for process 12 on elsewhere
            latency: waits for another process in latency
            """);
  }

  @Test
  void scriptsAreToldOfItInJson() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StudyEvents events = new StudyEvents(Command.printer(out), Path.of("out"));
    events.waiting(2, "lora", TRIAL, OWNER);
    events.timingWaits(Path.of("latency"));
    assertThat(Command.text(out))
        .isEqualTo(
            """
            {"event":"waiting","index":2,"arm":"lora","seed":1,"stage":"final","owner":"process 12 on elsewhere"}
            {"event":"timing-waits","folder":"latency"}
            """);
  }

  @Test
  void timesAreNoMoreExactThanTheyCanBe() {
    assertThat(StudyProgress.rounded(Duration.ofSeconds(1))).isEqualTo("10 s");
    assertThat(StudyProgress.rounded(Duration.ofSeconds(59))).isEqualTo("60 s");
    assertThat(StudyProgress.rounded(Duration.ofSeconds(100))).isEqualTo("2 min");
    assertThat(StudyProgress.rounded(Duration.ofMinutes(135))).isEqualTo("2 h 15 min");
  }
}
