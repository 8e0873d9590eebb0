package dev.graft.harness.report.figure;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.comparison.Findings;
import dev.graft.harness.report.comparison.Inference;
import dev.graft.harness.report.comparison.Report;
import dev.graft.methods.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What figures show: the report's numbers, unrounded but for {@link Curve} and {@link Pairs}.
 *
 * @param parts those of the report in which a trial has a result, in its order
 */
public record FigureData(List<Part> parts) {
  /** How many points the learning curves have together, that a page stays small. */
  private static final int POINTS = 24_000;

  /**
   * What was found on one task and one model.
   *
   * @param metric its name, with the unit that values are shown in
   * @param isShare whether values are shown in percent
   * @param margin differences of quality below it don't matter
   * @param memory what is measured by it
   * @param examples of the test split
   * @param noAnswers why it is not told which of them each trial answered rightly, if so
   */
  public record Part(
      String metric,
      boolean isShare,
      String baseline,
      double margin,
      String memory,
      int examples,
      Optional<String> noAnswers,
      List<List<String>> tiers,
      List<ArmData> arms,
      List<Sweep> sweeps,
      List<LatencyData> latency,
      Pairs pairs) {}

  public static FigureData of(Report report) {
    int trials =
        report.compared().stream()
            .flatMap(part -> part.comparison().contenders().stream())
            .mapToInt(contender -> contender.trials().size())
            .sum();
    return new FigureData(report.compared().stream().map(part -> of(part, trials)).toList());
  }

  private static Part of(Report.Part part, int trials) {
    Comparison comparison = part.comparison();
    Findings findings = part.findings().orElseThrow();
    Scale scale = comparison.scale();
    RightAnswers answers = RightAnswers.of(comparison.contenders());
    ArmSettings settings = new ArmSettings(Methods.installed());
    List<ArmData> arms = new ArrayList<>();
    for (Contender contender : comparison.contenders()) {
      arms.add(ArmData.of(comparison, contender, settings, Math.max(20, POINTS / trials), answers));
    }
    List<LatencyData> latency = new ArrayList<>();
    for (LatencyResult result : comparison.latency()) {
      latency.add(LatencyData.of(comparison, findings.claims(), result));
    }
    return new Part(
        scale.heading(),
        scale.isShare(),
        comparison.baseline(),
        Inference.MARGIN,
        comparison.contenders().get(0).trials().get(0).memory().measures(),
        comparison.contenders().get(0).examples(),
        answers.missing(),
        findings.quality().tiers(),
        arms,
        Sweep.of(comparison.contenders()),
        latency,
        Pairs.of(comparison, findings));
  }
}
