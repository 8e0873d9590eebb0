package dev.graft.harness.measure;

import dev.graft.program.Device;
import java.util.Optional;

/** The peak of the memory that a device's programs use: the process's, or the GPU's. */
public final class MemoryMeter implements AutoCloseable {
  private final ResidentMemory resident = ResidentMemory.fromNow();
  private final Optional<GpuMemory> gpu;

  /** Starts to measure. */
  public MemoryMeter(Device device) {
    this.gpu =
        device.isGpu()
            ? Optional.of(GpuMemory.watch(listed(device.name().replaceAll("\\D", ""))))
            : Optional.empty();
  }

  /** How {@code nvidia-smi} calls the GPU that CUDA knows by an index. */
  private static String listed(String index) {
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    return visible == null || visible.isBlank()
        ? index
        : visible.split(",", -1)[Integer.parseInt(index)].strip();
  }

  public MemoryPeak peak() {
    return gpu.map(GpuMemory::peak).orElseGet(resident::peak);
  }

  @Override
  public void close() {
    gpu.ifPresent(GpuMemory::close);
  }
}
