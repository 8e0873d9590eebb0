package dev.graft.harness.measure.gpu;

import java.util.Arrays;

/** Measures what forward passes cost one GPU. Belongs to one thread. */
public final class DeviceMeter {
  private static final int SAMPLES = 9;
  private static final int MOST_WORK = 64;

  /** The counter of energy is renewed a few times a second. */
  private static final long ENERGY_NANOSECONDS = 1_000_000_000;

  private final int index;
  private final boolean withEnergy;

  /**
   * A meter.
   *
   * @param index of the GPU, by which CUDA knows it
   * @param withEnergy whether the energy is measured, too, which takes a second a pass
   */
  public DeviceMeter(int index, boolean withEnergy) {
    this.index = index;
    this.withEnergy = withEnergy;
  }

  /**
   * What one pass costs.
   *
   * @param launch puts all of a pass on the stream and does not wait for it
   */
  public DeviceCost of(Runnable launch) {
    return new DeviceCost(
        Reading.of(() -> milliseconds(launch)),
        Reading.of(() -> KernelCounter.count(launch)),
        withEnergy
            ? Reading.of(() -> joules(launch))
            : Reading.none("another process measures it"));
  }

  /**
   * The median of a few passes, each of which is put behind work that keeps the device busy until
   * all of the pass is in its queue: so no kernel waits for its launch.
   */
  private double milliseconds(Runnable launch) throws NotMeasuredException {
    try (CudaEvents events = CudaEvents.on(index);
        Congestion before = new Congestion(index)) {
      double[] times = new double[SAMPLES];
      int work = 1;
      for (int i = 0; i < SAMPLES; ) {
        events.synchronize();
        before.queue(work);
        events.start();
        launch.run();
        events.end();
        boolean isQueued = !events.isStarted();
        double time = events.milliseconds();
        if (isQueued) {
          times[i++] = time;
        } else if (work == MOST_WORK) {
          throw new NotMeasuredException("the pass waits for the device by itself");
        } else {
          work *= 2;
        }
      }
      Arrays.sort(times);
      return times[SAMPLES / 2];
    }
  }

  private double joules(Runnable launch) throws NotMeasuredException {
    try (Nvml nvml = Nvml.of(index);
        CudaEvents events = CudaEvents.on(index)) {
      events.synchronize();
      double before = nvml.joules();
      long start = System.nanoTime();
      int passes = 0;
      while (System.nanoTime() - start < ENERGY_NANOSECONDS) {
        launch.run();
        events.synchronize();
        passes++;
      }
      return (nvml.joules() - before) / passes;
    }
  }
}
