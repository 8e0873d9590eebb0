package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Measure;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.report.ArmList;
import dev.graft.harness.report.Units;
import dev.graft.harness.trial.MergeCheck;
import dev.graft.harness.trial.TrialResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether merging changes answers. */
final class MergeFindings {
  private MergeFindings() {}

  static List<String> of(Comparison comparison) {
    Measure measure = comparison.scale().measure();
    boolean isScore = measure == StandardMetric.PEARSON || measure == StandardMetric.SPEARMAN;
    String same = isScore ? "the same score within 1e-4" : "the same prediction";
    Map<String, List<TrialResult>> merged = new LinkedHashMap<>();
    for (Contender contender : comparison.pretrained()) {
      List<TrialResult> trials =
          contender.trials().stream().filter(trial -> trial.merging().isPresent()).toList();
      if (!trials.isEmpty()) {
        merged.put(contender.name(), trials);
      }
    }
    if (merged.size() > ArmList.MOST_NAMED) {
      List<TrialResult> all = merged.values().stream().flatMap(List::stream).toList();
      return List.of(sentence(ArmList.names(merged.keySet()), same, all));
    }
    return merged.entrySet().stream()
        .map(arm -> sentence(arm.getKey(), same, arm.getValue()))
        .toList();
  }

  private static String sentence(String arms, String same, List<TrialResult> merged) {
    return "%s: merged or not, %s on %s test examples%s; logits differ by at most %s."
        .formatted(
            arms,
            same,
            agreements(merged),
            merged.size() > 1 ? ", counted once for each trial" : "",
            Units.format("%.1e", largestDifference(merged)));
  }

  private static String agreements(List<TrialResult> trials) {
    long examples = trials.stream().mapToLong(trial -> trial.answers().examples()).sum();
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
