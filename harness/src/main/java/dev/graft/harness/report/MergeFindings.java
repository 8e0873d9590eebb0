package dev.graft.harness.report;

import dev.graft.harness.experiment.MergeCheck;
import dev.graft.harness.experiment.TrialResult;
import dev.graft.harness.measure.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether merging changes answers. */
final class MergeFindings {
  private MergeFindings() {}

  static List<String> of(Comparison comparison) {
    Metric metric = comparison.scale().metric();
    boolean isScore = metric == Metric.PEARSON || metric == Metric.SPEARMAN;
    String same = isScore ? "the same score within 1e-4" : "the same prediction";
    List<String> sentences = new ArrayList<>();
    for (Arm arm : comparison.pretrained()) {
      List<TrialResult> merged =
          arm.trials().stream().filter(trial -> trial.merging().isPresent()).toList();
      if (!merged.isEmpty()) {
        sentences.add(
            "%s: merged or not, %s on %s test examples%s; logits differ by at most %s."
                .formatted(
                    arm.name(),
                    same,
                    agreements(merged),
                    merged.size() > 1 ? ", counted once for each seed" : "",
                    Units.format("%.1e", largestDifference(merged))));
      }
    }
    return sentences;
  }

  private static String agreements(List<TrialResult> trials) {
    long examples = trials.stream().mapToLong(TrialResult::examples).sum();
    long agreements = checks(trials).stream().mapToLong(MergeCheck::agreements).sum();
    return agreements == examples
        ? "all " + Units.count(examples)
        : Units.count(agreements) + " of " + Units.count(examples);
  }

  private static double largestDifference(List<TrialResult> trials) {
    return checks(trials).stream().mapToDouble(MergeCheck::difference).max().orElseThrow();
  }

  private static List<MergeCheck> checks(List<TrialResult> trials) {
    return trials.stream().map(TrialResult::merging).flatMap(Optional::stream).toList();
  }
}
