package dev.graft.harness.measure.phase;

import dev.graft.harness.measure.MemoryGauge;
import dev.graft.harness.measure.ResidentMemory;
import dev.graft.harness.measure.gpu.ArithmeticLimit;
import dev.graft.harness.measure.gpu.GpuMemory;
import dev.graft.harness.measure.gpu.NotMeasuredException;
import dev.graft.harness.measure.gpu.Nvml;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What phases are measured by on one device.
 *
 * @param context as {@link Costs} has it
 * @param joules that the device used since some time
 * @param opened is closed at the end
 */
record Instruments(
    MemoryGauge memory,
    Optional<Long> context,
    Supplier<Reading> joules,
    ArithmeticLimit limit,
    Optional<Nvml> opened) {
  /** What joules are of. */
  static final String ENERGY =
      "what the whole GPU used, for other processes too, by its counter, which is renewed some times a second";

  /** Those that there are. */
  static Instruments on(Device device, Precision precision) {
    if (!device.isGpu()) {
      return new Instruments(
          ResidentMemory.fromNow(),
          Optional.empty(),
          () -> Reading.none("a processor has no counter that is asked"),
          ArithmeticLimit.none(
              "none is published of a processor: what it reaches depends on its threads and clock"),
          Optional.empty());
    }
    try {
      Nvml nvml = Nvml.of(Nvml.index(device));
      return onGpu(device, precision, nvml);
    } catch (NotMeasuredException e) {
      return new Instruments(
          MemoryGauge.none(e.getMessage()),
          Optional.empty(),
          () -> Reading.none(e.getMessage()),
          ArithmeticLimit.none(e.getMessage()),
          Optional.empty());
    }
  }

  private static Instruments onGpu(Device device, Precision precision, Nvml nvml) {
    ArithmeticLimit limit = ArithmeticLimit.of(nvml.name(), precision);
    Supplier<Reading> joules = () -> Reading.of(nvml::joules);
    try {
      GpuMemory memory = GpuMemory.of(device, nvml);
      return new Instruments(
          memory, Optional.of(memory.context()), joules, limit, Optional.of(nvml));
    } catch (NotMeasuredException e) {
      return new Instruments(
          MemoryGauge.none(e.getMessage()), Optional.empty(), joules, limit, Optional.of(nvml));
    }
  }

  void close() {
    memory.close();
    opened.ifPresent(Nvml::close);
  }
}
