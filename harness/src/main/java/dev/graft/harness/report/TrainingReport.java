package dev.graft.harness.report;

import dev.graft.harness.experiment.Counts;
import dev.graft.harness.experiment.TrainingJob;
import java.util.ArrayList;
import java.util.List;

/** What came of one training, in lines. */
public final class TrainingReport {
  private TrainingReport() {}

  /** What was trained, how the loss fell, and how well the result does. */
  public static List<String> lines(TrainingJob.Result result) {
    Counts counts = result.counts();
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
    if (!result.freshHead().isEmpty()) {
      lines.add(
          "the head began afresh: the model has no %s"
              .formatted(String.join(", ", result.freshHead())));
    }
    lines.add(
        Units.format(
            "%s steps in %s, loss %.3f to %.3f",
            Units.count(result.steps()),
            Units.seconds(result.seconds()),
            result.firstLoss(),
            result.lastLoss()));
    result.quality().ifPresent(quality -> lines.addAll(QualityReport.lines(quality)));
    return lines;
  }
}
