package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.job.Progress;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeLeftTest {
  @TempDir private Path folder;
  private final AtomicLong clock = new AtomicLong();
  private final TimeLeft left = new TimeLeft(clock::get);
  private TrialSpec trial;

  @BeforeEach
  void begin() {
    trial = TrialSpec.reported(new TinyStudy(folder).arm("lora"), 1);
    left.began(5, 2);
  }

  private void seconds(int now) {
    clock.set(TimeUnit.SECONDS.toNanos(now));
  }

  private void trained(int index, int percent) {
    left.progressed(index, trial, new Progress(Progress.Phase.TRAINING, percent, 100, Double.NaN));
  }

  @Test
  void nothingIsSaidBeforeAnythingIsKnown() {
    left.started(0, "lora", trial);
    seconds(30);
    trained(0, 5);

    assertThat(left.now()).isEmpty();
    left.ended(0, "lora", new TrialFailure(trial, "it failed at once", "log.txt"), false);
    assertThat(left.now()).as("a failure says nothing of the others").isEmpty();
  }

  @Test
  void howFarTheRunningOnesAreTellsOfTheOthers() {
    left.started(0, "lora", trial);
    left.started(1, "full", trial);
    seconds(10);
    trained(0, 50);
    trained(1, 25);

    // 20 s and 40 s for these, 30 s for each of the three others, two at a time
    assertThat(left.now()).contains(Duration.ofSeconds((10 + 30 + 3 * 30) / 2));
  }

  @Test
  void theLastTrialIsWaitedForByItself() {
    for (int index = 0; index < 4; index++) {
      left.ended(index, "lora", new TrialFailure(trial, "", "log.txt"), true);
    }
    left.started(4, "lora", trial);
    seconds(10);
    trained(4, 25);

    assertThat(left.now()).contains(Duration.ofSeconds(30));
  }
}
