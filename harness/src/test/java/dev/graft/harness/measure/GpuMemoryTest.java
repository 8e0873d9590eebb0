package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** With a shell that prints what nvidia-smi would. */
@DisabledOnOs(OS.WINDOWS)
class GpuMemoryTest {
  private static GpuMemory watch(String script) {
    return GpuMemory.watch(List.of("sh", "-c", script));
  }

  @Test
  void thePeakIsTheLargestSample() {
    try (GpuMemory memory = watch("echo 5; echo 300; while true; do echo 20; sleep 0.02; done")) {
      memory.peak();
      assertThat(memory.peak())
          .isEqualTo(
              MemoryPeak.of(
                  300L << 20, "peak memory in use on the whole GPU, sampled every 100 ms"));
    }
  }

  @Test
  void askingTakesOneMoreSample() {
    try (GpuMemory memory = watch("echo 5; sleep 0.3; echo 70; sleep 60")) {
      long first = memory.peak().bytes().orElseThrow();
      long second = first == 5L << 20 ? memory.peak().bytes().orElseThrow() : first;
      assertThat(second).isEqualTo(70L << 20);
    }
  }

  @Test
  void closingEndsTheSampler() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    GpuMemory memory = watch("exec sleep 600");
    ProcessHandle sampler =
        ProcessHandle.current()
            .children()
            .filter(child -> !before.contains(child))
            .findFirst()
            .orElseThrow();
    memory.close();
    sampler.onExit().get(10, TimeUnit.SECONDS);
    assertThat(sampler.isAlive()).isFalse();
  }

  @Test
  void whereThereIsNoNumberTheReasonIsTold() {
    try (GpuMemory none = watch("echo No devices were found; exit 6")) {
      assertThat(none.peak().bytes()).isEmpty();
      assertThat(none.peak().measures())
          .isEqualTo("not available: nvidia-smi said 'No devices were found'");
    }
    try (GpuMemory none = watch("exit 1")) {
      assertThat(none.peak().measures()).isEqualTo("not available: sh gave no answer");
    }
    try (GpuMemory none = GpuMemory.watch(List.of("nvidia-smi-that-is-not-there"))) {
      assertThat(none.peak().measures())
          .isEqualTo("not available: nvidia-smi-that-is-not-there can't be started");
    }
  }
}
