package dev.graft.harness.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
  @TempDir private Path folder;

  @Test
  void aProcessThatIsKilledHoldsItNoMore() throws Exception {
    Path file = folder.resolve("a.lock");
    Process holder = holder(file);
    List<Duration> waited = new ArrayList<>();

    try (LockFile taken =
        LockFile.take(
            file,
            time -> {
              waited.add(time);
              holder.destroyForcibly();
            })) {
      assertThat(holder.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(waited).as("it was held").startsWith(Duration.ZERO).isSorted();
      assertThat(file).exists();
      assertThat(taken).isNotNull();
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void whoeverDoesNotWaitLeavesItToItsHolder() throws Exception {
    Path file = folder.resolve("a.lock");
    Process holder = holder(file);
    try {
      for (int time = 0; time < 2; time++) {
        assertThatThrownBy(() -> LockFile.take(file, LockFileTest::refuse))
            .isInstanceOf(UnsupportedOperationException.class);
      }
    } finally {
      holder.destroyForcibly();
    }
  }

  private static void refuse(Duration waited) {
    throw new UnsupportedOperationException("waited for " + waited);
  }

  private static Process holder(Path file) throws IOException {
    Process process = JavaProcess.of(LockHolder.class, file.toString()).start();
    assertThat(process.inputReader().readLine()).isEqualTo("LockFile");
    return process;
  }
}
