package dev.graft.harness.report.costs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.comparison.Studies;
import dev.graft.harness.trial.TrialResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CostTableTest {
  private static TrialResult trial(long seed) {
    return Studies.trial(Studies.spec("lora", seed, false), 1000, 10);
  }

  private static List<String> lines(ReportTable table) {
    return TextTable.lines(table, 0, 200).stream().map(String::stripTrailing).toList();
  }

  @Test
  void timesAreMeansAndMemoryTheLargestBesideItsForecast() {
    ArmCosts costs = ArmCosts.of(List.of(trial(1), trial(3))).orElseThrow();
    CostTable table = CostTable.of(Map.of("lora", costs));
    assertThat(table.time().columns())
        .extracting(ReportTable.Column::heading)
        .containsExactly(
            "method",
            "set-up",
            "compilation",
            "training steps",
            "evaluation",
            "examples/s",
            "tokens/s",
            "operations/s",
            "share of the limit",
            "waiting",
            "energy/step");
    assertThat(table.time().rows().get(0))
        .containsExactly(
            "lora",
            "4.0 s",
            "1.0 s",
            "20.0 s",
            "2.0 s",
            "107",
            "2,133",
            "4.5 TFLOP/s",
            "6.67%",
            "5.00%",
            "60.0 J");
    assertThat(table.memory().rows().get(0))
        .as(String.join("\n", lines(table.memory())))
        .containsExactly(
            "lora", "500 MB", "600 MB", "1.2 GB", "3.5 GB", "1.5 GB", "1.0 GB", "40.0 MB",
            "40.0 MB", "920 MB", "2.0 GB", "3.0 GB", "1.50");
  }

  @Test
  void trialsThatTellNothingHaveNoCosts() {
    assertThat(ArmCosts.of(List.of())).isEmpty();
    assertThat(CostTable.of(Map.of()).isEmpty()).isTrue();
  }
}
