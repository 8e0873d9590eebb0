package dev.graft.harness.report.text;

import dev.graft.harness.measure.phase.Costs;
import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.report.Units;
import dev.graft.harness.training.Counts;
import dev.graft.harness.training.QualityJudge.Qualities;
import dev.graft.harness.training.TrainingResult;
import dev.graft.harness.training.TrainingSteps;
import dev.graft.model.HeadOrigin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What came of one training, in lines. */
public final class TrainingText {
  private TrainingText() {}

  /** What was trained, how the loss fell, and how well the result does. */
  public static List<String> lines(TrainingResult<Qualities> result, Costs costs) {
    Counts counts = result.counts();
    TrainingSteps steps = result.steps();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: trained %s parameters, %s of the model's %s%s"
            .formatted(
                result.stack(),
                Units.count(counts.method()),
                Units.share(counts.share()),
                Units.count(counts.host()),
                counts.head() == 0
                    ? ""
                    : ", and %s of the head".formatted(Units.count(counts.head()))));
    lines.addAll(drawn(result.freshHead()));
    lines.add(
        Units.format(
            "%s steps in %s, loss %.3f to %.3f",
            Units.count(steps.count()),
            Units.seconds(steps.seconds()),
            steps.firstLoss(),
            steps.lastLoss()));
    costs.waiting().ifPresent(share -> lines.add(waiting(share, costs)));
    result.provenance().graphs().ifPresent(use -> lines.add("CUDA graphs: " + use));
    result.judgement().validation().ifPresent(quality -> lines.addAll(QualityText.lines(quality)));
    result.judgement().test().ifPresent(quality -> lines.addAll(QualityText.lines(quality)));
    return lines;
  }

  private static String waiting(double share, Costs costs) {
    double batches = costs.seconds(Phase.BATCHES);
    return "no step under way for %s of the time; batches are put together for %s of it"
        .formatted(
            Units.share(share), Units.share(batches / (batches + costs.seconds(Phase.STEPS))));
  }

  /** Which tensors of the head were drawn, by the reason why. */
  private static List<String> drawn(List<HeadOrigin> origins) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (HeadOrigin each : origins) {
      names
          .computeIfAbsent(each.reason().orElseThrow(), reason -> new ArrayList<>())
          .add(each.tensor());
    }
    List<String> lines = new ArrayList<>();
    names.forEach(
        (reason, tensors) ->
            lines.add(
                "the head began afresh: %s (%s)".formatted(reason, String.join(", ", tensors))));
    return lines;
  }
}
