package dev.graft.harness.measure.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Device;
import dev.graft.program.Type;
import dev.graft.program.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Where there is a GPU. */
@EnabledIf("isThere")
final class GpuMemoryTest {
  private static final long BYTES = 256L << 20;

  /** Of the driver's blocks. */
  private static final long ROUGHLY = 8L << 20;

  static boolean isThere() {
    return Device.gpus() > 0;
  }

  @Test
  void theMarkStaysUntilTheAllocatorGivesBackWhatItKeeps() throws NotMeasuredException {
    try (Device gpu = Device.named("gpu");
        Nvml nvml = Nvml.of(Nvml.index(gpu))) {
      GpuMemory memory = GpuMemory.of(gpu, nvml);
      assertThat(memory.context()).isPositive();
      assertThat(memory.now().orElseThrow())
          .isBetween(memory.context(), memory.context() + ROUGHLY);
      try (Value value = gpu.zeros("large", Type.FLOAT32, BYTES / Float.BYTES)) {
        assertThat(value).isNotNull();
      }
      long mark = memory.peak().bytes().orElseThrow();
      assertThat(mark - memory.context()).isBetween(BYTES, BYTES + ROUGHLY);
      assertThat(memory.reset()).isTrue();
      assertThat(memory.now().orElseThrow()).isLessThan(mark - BYTES + ROUGHLY);
    }
  }
}
