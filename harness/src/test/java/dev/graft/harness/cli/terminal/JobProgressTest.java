package dev.graft.harness.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.cli.Command;
import dev.graft.harness.job.Progress;
import dev.graft.harness.job.Progress.Phase;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class JobProgressTest {
  private static String shown(boolean isInteractive) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Command.terminal(err, isInteractive);
    try (JobProgress reporting = new JobProgress(terminal)) {
      reporting.accept(new Progress(Phase.LOADING, 0, 0, Double.NaN));
      for (int step = 1; step <= 40; step++) {
        reporting.accept(new Progress(Phase.TRAINING, step, 40, 2.0 / step));
      }
      reporting.accept(new Progress(Phase.SAVING, 0, 0, Double.NaN));
    }
    return Command.text(err);
  }

  @Test
  void elsewhereThereIsALineForEachPhaseAndTenth() {
    assertThat(shown(false).lines())
        .startsWith("loading", "training 2%, loss 2.000", "training 10%, loss 0.500")
        .endsWith("training 100%, loss 0.050", "saving")
        .hasSize(13);
  }

  @Test
  void onAScreenTheLineIsWrittenAnewAndCleanedUp() {
    assertThat(shown(true))
        .startsWith("\r\033[Kloading\r\033[Ktraining 2%, loss 2.000")
        .endsWith("\r\033[Ksaving\r\033[K")
        .doesNotContain("\n");
  }
}
