package dev.graft.harness.measure.gpu;

import dev.graft.harness.measure.MemoryGauge;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.program.Device;
import dev.graft.program.Type;
import java.util.OptionalLong;

/**
 * The memory that this process uses on a GPU, as the driver tells it. The engine's allocator keeps
 * what was in use until it is told to give it back, so that each reading is also the most since
 * then, and no peak is missed.
 *
 * <p>The engine tells Java nothing of its allocator. What it holds is what the process uses without
 * its {@linkplain #context context}, and that has two parts more: room in the allocator's blocks
 * that nobody uses, and the code of kernels that are loaded when they are first called.
 *
 * <p>In most containers the driver tells the use of the whole GPU alone. Then it is that, less what
 * was in use before this process began; what other processes take or give back meanwhile is taken
 * for this one's.
 */
public final class GpuMemory implements MemoryGauge {
  private final Device device;
  private final Nvml nvml;
  private final double others;
  private final boolean isOwn;
  private final long context;

  private GpuMemory(Device device, Nvml nvml) throws NotMeasuredException {
    this.device = device;
    this.nvml = nvml;
    this.others = nvml.usedMemory();
    device.zeros("the first value", Type.FLOAT32, 1).close(); // which makes the context
    this.isOwn = Reading.of(nvml::processMemory).value().isPresent();
    device.releaseUnused();
    this.context = Math.round(bytes());
  }

  /**
   * Begins to measure, before this process has put anything on the GPU.
   *
   * @param nvml of the device; must be open for as long as this is used
   */
  public static GpuMemory of(Device device, Nvml nvml) throws NotMeasuredException {
    return new GpuMemory(device, nvml);
  }

  private double bytes() throws NotMeasuredException {
    return isOwn ? nvml.processMemory() : Math.max(0, nvml.usedMemory() - others);
  }

  /** The bytes that the process takes before it has any values: CUDA's and the engine's own. */
  public long context() {
    return context;
  }

  @Override
  public OptionalLong now() {
    return Reading.of(this::bytes).value().stream().mapToLong(Math::round).findFirst();
  }

  @Override
  public MemoryPeak peak() {
    String whose =
        isOwn
            ? "of this process on the GPU"
            : "of the whole GPU less what was in use before, as the driver does not tell it by"
                + " process";
    return new MemoryPeak(now(), "peak memory %s, CUDA's context among it".formatted(whose));
  }

  @Override
  public boolean reset() {
    device.releaseUnused();
    return true;
  }

  @Override
  public void close() {} // NVML is whose it is
}
