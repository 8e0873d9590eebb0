package dev.graft.harness.bench;

import dev.graft.harness.measure.ResidentMemory;
import dev.graft.harness.measure.gpu.NotMeasuredException;
import dev.graft.harness.measure.gpu.Nvml;
import dev.graft.harness.measure.gpu.Reading;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The memory that one side holds, by the same measure for all sides: on a GPU what its use has
 * grown by during this side's turns, since the process began; on a processor the resident memory of
 * the side's process. On a GPU CUDA's own is in it, and what any other program takes meanwhile.
 */
public interface HeldMemory {
  /** Begins a figure. */
  void reset();

  /** Takes a turn. */
  <T> T during(Supplier<T> turn);

  /** The most bytes since the figure began. */
  Reading most();

  /**
   * That of a side.
   *
   * @param gpu that all sides compute on, if it is one
   * @param pid of the side's process
   */
  static HeldMemory of(Optional<Nvml> gpu, long pid) {
    return gpu.map(HeldMemory::onGpu).orElseGet(() -> ofProcess(pid));
  }

  /** That of a GPU. */
  private static HeldMemory onGpu(Nvml nvml) {
    return new HeldMemory() {
      private Reading held = new Reading(Optional.of(0.0), "");
      private Reading most = held;

      @Override
      public void reset() {
        most = held;
      }

      @Override
      public <T> T during(Supplier<T> turn) {
        Reading before = Reading.of(nvml::usedMemory);
        T result = turn.get();
        held = Reading.of(() -> value(held) + nvml.usedMemory() - value(before));
        most = Reading.of(() -> Math.max(value(most), value(held)));
        return result;
      }

      @Override
      public Reading most() {
        return most;
      }
    };
  }

  private static double value(Reading reading) throws NotMeasuredException {
    if (reading.value().isEmpty()) {
      throw new NotMeasuredException(reading.reason());
    }
    return reading.value().get();
  }

  /** That of a process. */
  private static HeldMemory ofProcess(long pid) {
    ResidentMemory resident = ResidentMemory.ofProcess(pid);
    return new HeldMemory() {
      @Override
      public void reset() {
        resident.reset();
      }

      @Override
      public <T> T during(Supplier<T> turn) {
        return turn.get();
      }

      @Override
      public Reading most() {
        var peak = resident.peak();
        return peak.bytes().isPresent()
            ? new Reading(Optional.of((double) peak.bytes().getAsLong()), "")
            : Reading.none(peak.measures());
      }
    };
  }
}
