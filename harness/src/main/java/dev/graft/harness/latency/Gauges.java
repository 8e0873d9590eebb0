package dev.graft.harness.latency;

import dev.graft.harness.measure.gpu.NotMeasuredException;
import dev.graft.harness.measure.gpu.Nvml;
import dev.graft.program.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What changes on a machine while it measures: clocks, temperature, other work. */
final class Gauges {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path LOAD = Path.of("/proc/loadavg");

  private static final String UNTOLD = "not measured: the system does not tell it";

  private Gauges() {}

  /** As they are now. */
  static Map<String, String> read(Device device) {
    Map<String, String> state = new LinkedHashMap<>();
    state.put("cpu clock", cpuClock());
    state.put("load", load());
    state.putAll(gpu(device));
    return state;
  }

  private static Map<String, String> gpu(Device device) {
    if (!device.isGpu()) {
      return Map.of("gpu", "not measured: the device is " + device.name());
    }
    try (Nvml nvml = Nvml.of(Nvml.index(device))) {
      return nvml.state();
    } catch (NotMeasuredException e) {
      return Map.of("gpu", "not measured: " + e.getMessage());
    }
  }

  private static String cpuClock() {
    try (Stream<String> lines = Files.lines(CPU)) {
      IntSummaryStatistics clocks =
          lines
              .filter(line -> line.startsWith("cpu MHz"))
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .mapToInt(clock -> (int) Math.round(Double.parseDouble(clock)))
              .summaryStatistics();
      return clocks.getCount() == 0
          ? UNTOLD
          : "%s to %s MHz".formatted(clocks.getMin(), clocks.getMax());
    } catch (IOException e) {
      return UNTOLD;
    }
  }

  /** Programs that ran or waited, on average over a minute. */
  private static String load() {
    try {
      return Files.readString(LOAD).split(" ", 2)[0];
    } catch (IOException e) {
      return UNTOLD;
    }
  }
}
