package dev.graft.harness.measure.gpu;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.graft.program.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** NVIDIA's management library: what it tells of one GPU. */
public final class Nvml implements AutoCloseable {
  private static final int SM_CLOCK = 1;
  private static final int MEMORY_CLOCK = 2;
  private static final int CORE_TEMPERATURE = 0;
  private static final int TEXT = 96;

  /** Of nvmlProcessInfo_t: the process, then, aligned, its bytes, and two numbers of MIG. */
  private static final int PROCESS_BYTES = 24;

  private static final long PROCESS_MEMORY = 8;
  private static final int MOST_PROCESSES = 64;
  private static final long UNKNOWN_MEMORY = -1;

  /** Why clocks are lower than they might be, by the bit that says so. */
  private static final Map<Long, String> REASONS = reasons();

  private final NativeFunctions nvml;
  private final Pointer gpu;

  private Nvml(NativeFunctions nvml, Pointer gpu) {
    this.nvml = nvml;
    this.gpu = gpu;
  }

  /**
   * Opens it for a GPU.
   *
   * @param index by which CUDA knows it, whatever is visible to this process
   */
  public static Nvml of(int index) throws NotMeasuredException {
    NativeFunctions nvml = NativeFunctions.open("libnvidia-ml", "libnvidia-ml.so.1");
    nvml.call("nvmlInit_v2");
    try {
      PointerByReference gpu = new PointerByReference();
      nvml.call("nvmlDeviceGetHandleByPciBusId_v2", CudaEvents.busId(index), gpu);
      return new Nvml(nvml, gpu.getValue());
    } catch (NotMeasuredException e) {
      nvml.status("nvmlShutdown");
      throw e;
    }
  }

  /** Opens it for a device; nothing for one that is no GPU, or of which it tells nothing. */
  public static Optional<Nvml> ofDevice(Device device) {
    try {
      return device.isGpu() ? Optional.of(of(index(device))) : Optional.empty();
    } catch (NotMeasuredException e) {
      return Optional.empty();
    }
  }

  /**
   * The number by which CUDA knows a GPU.
   *
   * @param gpu a device that is one
   */
  public static int index(Device gpu) {
    return Integer.parseInt(gpu.name().replaceAll("\\D", ""));
  }

  /** The GPU's name, as its maker gave it: {@code NVIDIA H100 80GB HBM3}. */
  public String name() {
    return text("nvmlDeviceGetName", gpu);
  }

  /** Joules that the GPU has used since its driver was loaded. */
  public double joules() throws NotMeasuredException {
    LongByReference millijoules = new LongByReference();
    nvml.call("nvmlDeviceGetTotalEnergyConsumption", gpu, millijoules);
    return millijoules.getValue() / 1e3;
  }

  /** What it tells now, in words. */
  public Map<String, String> state() {
    Map<String, String> state = new LinkedHashMap<>();
    state.put("gpu", name());
    state.put("driver", text("nvmlSystemGetDriverVersion"));
    state.put("cuda", Reading.of(CudaEvents::version).written("%.0f", ""));
    state.put("SM clock", Reading.of(() -> whole("ClockInfo", SM_CLOCK)).written("%.0f", " MHz"));
    state.put(
        "memory clock", Reading.of(() -> whole("ClockInfo", MEMORY_CLOCK)).written("%.0f", " MHz"));
    state.put(
        "temperature",
        Reading.of(() -> whole("Temperature", CORE_TEMPERATURE))
            .written("%.0f", " degrees Celsius"));
    state.put("power", Reading.of(() -> power()).written("%.1f", " W"));
    state.put("throttled by", throttling());
    state.put("memory of this process", Reading.of(this::processMemory).written("%.0f", " bytes"));
    return state;
  }

  private double whole(String what, int which) throws NotMeasuredException {
    IntByReference number = new IntByReference();
    nvml.call("nvmlDeviceGet" + what, gpu, which, number);
    return number.getValue();
  }

  private double power() throws NotMeasuredException {
    IntByReference milliwatts = new IntByReference();
    nvml.call("nvmlDeviceGetPowerUsage", gpu, milliwatts);
    return milliwatts.getValue() / 1e3;
  }

  private String throttling() {
    LongByReference bits = new LongByReference();
    try {
      nvml.call("nvmlDeviceGetCurrentClocksThrottleReasons", gpu, bits);
    } catch (NotMeasuredException e) {
      return "not measured: " + e.getMessage();
    }
    List<String> found = new ArrayList<>();
    REASONS.forEach(
        (bit, reason) -> {
          if ((bits.getValue() & bit) != 0) {
            found.add(reason);
          }
        });
    return found.isEmpty() ? "nothing" : String.join(", ", found);
  }

  private static Map<Long, String> reasons() {
    Map<Long, String> reasons = new LinkedHashMap<>();
    reasons.put(0x1L, "idleness");
    reasons.put(0x2L, "clocks that applications set");
    reasons.put(0x4L, "the limit of power, by software");
    reasons.put(0x8L, "hardware");
    reasons.put(0x10L, "other GPUs of a group");
    reasons.put(0x20L, "heat, by software");
    reasons.put(0x40L, "heat, by hardware");
    reasons.put(0x80L, "the power supply");
    reasons.put(0x100L, "clocks of the display");
    return reasons;
  }

  /** The bytes that all processes on the GPU use together, and the driver for them. */
  public double usedMemory() throws NotMeasuredException {
    try (Memory memory = new Memory(3L * Long.BYTES)) { // nvmlMemory_t: total, free, used
      nvml.call("nvmlDeviceGetMemoryInfo", gpu, memory);
      return memory.getLong(2L * Long.BYTES);
    }
  }

  /** The bytes that this process uses on the GPU, its CUDA context among them. */
  double processMemory() throws NotMeasuredException {
    IntByReference count = new IntByReference(MOST_PROCESSES);
    try (Memory processes = new Memory((long) MOST_PROCESSES * PROCESS_BYTES)) {
      nvml.call("nvmlDeviceGetComputeRunningProcesses_v3", gpu, count, processes);
      long own = ProcessHandle.current().pid();
      for (int i = 0; i < count.getValue(); i++) {
        long at = (long) i * PROCESS_BYTES;
        long bytes = processes.getLong(at + PROCESS_MEMORY);
        if (processes.getInt(at) == own && bytes != UNKNOWN_MEMORY) {
          return bytes;
        }
      }
    }
    throw new NotMeasuredException(
        "the driver does not tell it of this process, as in most containers");
  }

  private String text(String function, Object... first) {
    byte[] text = new byte[TEXT];
    Object[] arguments = new Object[first.length + 2];
    System.arraycopy(first, 0, arguments, 0, first.length);
    arguments[first.length] = text;
    arguments[first.length + 1] = text.length;
    try {
      nvml.call(function, arguments);
      return Native.toString(text);
    } catch (NotMeasuredException e) {
      return "not measured: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    try {
      nvml.status("nvmlShutdown");
    } catch (NotMeasuredException e) {
      // It ends with the process.
    }
  }
}
