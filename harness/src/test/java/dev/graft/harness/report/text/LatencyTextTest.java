package dev.graft.harness.report.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.latency.Circumstances;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.latency.ProcessTimes;
import dev.graft.harness.measure.gpu.DeviceCost;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.measure.latency.LatencyComparison;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.program.Precision;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LatencyTextTest {
  private static final Circumstances THERE =
      new Circumstances(
          Map.of("pytorch", "2.7.1"),
          Map.of("SM clock", "1980 MHz", "temperature", "40 degrees Celsius"),
          Map.of("SM clock", "1980 MHz", "temperature", "61 degrees Celsius"));

  private static Reading found(double value) {
    return new Reading(Optional.of(value), "");
  }

  private static DeviceCost cost(double milliseconds, double kernels, Reading joules) {
    return new DeviceCost(found(milliseconds), found(kernels), joules);
  }

  /** An arm that takes a fifth longer than the base's 4 ms, in three processes that agree. */
  private static LatencyResult result(int rows, double busy, Reading joules) {
    LatencySpec.Size size = new LatencySpec.Size(rows, 128);
    LatencyTimes times =
        new LatencyTimes(
            Collections.nCopies(8, 4.0),
            Collections.nCopies(8, 4.0),
            Map.of("houlsby", Collections.nCopies(8, 4.8)),
            10,
            true);
    Map<String, DeviceCost> costs =
        Map.of("base", cost(busy, 300, joules), "houlsby", cost(busy + 0.1, 420, joules));
    return new LatencyResult(
        size,
        new LatencyField("model", "gpu:0", Precision.FLOAT32, Optional.empty(), List.of()),
        Collections.nCopies(3, new ProcessTimes(size, times, costs)),
        Collections.nCopies(3, THERE),
        LatencyComparison.of(Collections.nCopies(3, times), 3, 0.05));
  }

  @Test
  void saysWhetherLaunchesOrArithmeticAreWaitedFor() {
    List<String> lines =
        LatencyText.lines(List.of(result(1, 0.8, found(0.25)), result(32, 3.9, found(1.5))));

    assertThat(String.join("\n", lines))
        .containsPattern("1x128 +base +4.00 +1 +0.800 +300 +250.0\n")
        .containsPattern(
            "32x128 +houlsby +4.80 +1.200 \\[1.200, 1.200] +slower +4.000 +420 +1500.0\n")
        .containsPattern("1x128 +3 +3 +8 +yes +0.0% \\[0.0%, 0.0%] +20.0%\n")
        .containsPattern("32x128 +3 +3 +8 +yes +0.0% \\[0.0%, 0.0%] +97.5%\n")
        .contains(
            "* Where the base keeps the device busy for less than 70% of the time that its caller waits, what methods cost is above\n  all the launches of their kernels, elsewhere their arithmetic.")
        .doesNotContain("limit", "settled")
        .contains("SM clock: 1980 MHz")
        .contains("temperature: 40 degrees Celsius; after the rounds 61 degrees Celsius");
  }

  @Test
  void saysWhyADeviceDidNotTell() {
    Reading none = Reading.none("there is none of the libraries libnvidia-ml.so.1");

    assertThat(LatencyText.lines(List.of(result(1, 0.8, none))))
        .anyMatch(line -> line.endsWith(" 300   -"))
        .contains(
            "* On the device, not measured: energy (there is none of the libraries libnvidia-ml.so.1).");
  }
}
