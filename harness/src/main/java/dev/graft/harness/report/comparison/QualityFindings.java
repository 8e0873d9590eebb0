package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.measure.inference.Difference;
import dev.graft.harness.measure.inference.Tiers;
import dev.graft.harness.report.ArmList;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What may be said of the arms' quality.
 *
 * @param tiers arms by what can be told apart, the best tier first: see {@link Tiers}
 * @param baseline the arm that the others are judged by
 * @param againstBaseline the other arms, in the order of the study
 * @param margin differences below it don't matter
 * @param questions how many the whole report asks, for which everything is corrected
 * @param power the probability of finding {@code least}
 * @param least the least difference to the baseline that this study could have found
 */
public record QualityFindings(
    List<List<String>> tiers,
    String baseline,
    List<Against> againstBaseline,
    double margin,
    int questions,
    double power,
    Optional<Double> least) {
  private static final double POWER = 0.8;

  /**
   * An arm against the baseline.
   *
   * @param difference the arm's metric less the baseline's, with its own 95% interval
   * @param seeds that both have; of one nothing follows for others
   * @param noDifference the corrected p-value of "there is none"
   * @param differenceBeyond the corrected p-value of "there is one of the margin or more"
   * @param isEarned whether the arm may be called better or worse: both were tuned alike and
   *     trained with several seeds, so that neither another seed nor another learning rate is
   *     likely to turn it round
   */
  public record Against(
      String arm,
      Estimate difference,
      int seeds,
      double noDifference,
      double differenceBeyond,
      boolean isEarned) {
    public boolean isDifferent() {
      return noDifference < Claims.ALPHA;
    }

    /** What is known of it, in a word or a few. */
    public String word(Scale scale) {
      String verdict = verdict(Inference.margin(scale));
      return verdict.startsWith("neither") ? "undecided" : verdict;
    }

    private String verdict(String margin) {
      boolean isEqual = differenceBeyond < Claims.ALPHA;
      if (isDifferent()) {
        String than =
            difference.value() < 0
                ? (isEarned ? "worse" : "lower")
                : (isEarned ? "better" : "higher");
        return than + (isEqual ? " by less than " + margin : "");
      }
      return isEqual
          ? "equal within " + margin
          : "neither different nor equal within " + margin + ", as far as was shown";
    }
  }

  static QualityFindings of(Comparison comparison, Inference inference, Claims claims) {
    String baseline = comparison.baseline();
    List<Against> against = new ArrayList<>();
    List<Double> least = new ArrayList<>();
    for (Contender contender : comparison.pretrained()) {
      String arm = contender.name();
      inference
          .difference(arm, baseline)
          .ifPresent(
              difference -> {
                against.add(against(comparison, inference, claims, arm, difference));
                least.add(difference.least(claims.alphaOfOne(), POWER));
              });
    }
    return new QualityFindings(
        Tiers.of(inference.bestFirst(), (one, other) -> inference.areDifferent(claims, one, other)),
        baseline,
        against,
        Inference.MARGIN,
        claims.questions(),
        POWER,
        least.stream().sorted().skip(least.size() / 2).findFirst());
  }

  private static Against against(
      Comparison comparison,
      Inference inference,
      Claims claims,
      String arm,
      Difference difference) {
    return new Against(
        arm,
        difference.interval(),
        difference.seeds(),
        inference.corrected(claims, Answer.DIFFERENT, arm, comparison.baseline()),
        inference.corrected(claims, Answer.EQUIVALENT, arm, comparison.baseline()),
        comparison.search().isPresent() && difference.seeds() > 1);
  }

  List<String> sentences(Comparison comparison) {
    List<String> sentences = new ArrayList<>();
    if (!againstBaseline.isEmpty()) {
      sentences.add(tiers(comparison));
      sentences.add(differences(comparison.scale()));
      if (againstBaseline.stream().anyMatch(a -> a.isDifferent() && !a.isEarned())) {
        sentences.add(
            "No arm is called better than another here: %s."
                .formatted(
                    comparison.search().isEmpty()
                        ? "they were not tuned, and each at its best learning rate may stand otherwise"
                        : "there is one seed, and another may turn it round"));
      }
      least.map(found -> power(comparison.scale(), found)).ifPresent(sentences::add);
      sentences.add(seeds());
    }
    sentences.addAll(untrained(comparison));
    sentences.addAll(reading(comparison));
    return sentences;
  }

  private String tiers(Comparison comparison) {
    String metric = comparison.scale().measure().label();
    if (tiers.size() == 1) {
      return "By %s no arm is shown to differ from the best: %s."
          .formatted(metric, tier(comparison, tiers.get(0)));
    }
    List<String> told = new ArrayList<>();
    for (List<String> tier : tiers) {
      told.add("(%s) %s".formatted(told.size() + 1, tier(comparison, tier)));
    }
    return "Tiers by %s, in which no arm is shown to differ from the first: %s."
        .formatted(metric, String.join("; ", told));
  }

  private static String tier(Comparison comparison, List<String> arms) {
    Map<String, Double> values =
        comparison.contenders().stream()
            .collect(Collectors.toMap(Contender::name, c -> c.quality().value()));
    ArmList list = new ArmList(comparison.scale()::value);
    arms.forEach(arm -> list.add(arm, values.get(arm)));
    return list.toString();
  }

  private String differences(Scale scale) {
    Map<String, ArmList> byVerdict = new LinkedHashMap<>();
    for (Against arm : againstBaseline) {
      byVerdict
          .computeIfAbsent(
              arm.verdict(Inference.margin(scale)), verdict -> new ArmList(scale::signed))
          .add(
              arm.arm(),
              arm.difference().value(),
              arm.arm() + " " + scale.signed(arm.difference()));
    }
    return "Against %s, with 95%% intervals of each pair alone (what is said is corrected for all questions): %s."
        .formatted(baseline, ArmList.grouped(byVerdict));
  }

  private String power(Scale scale, double found) {
    String level =
        "with a chance of at most %s of any false claim %s"
            .formatted(
                Units.chosen(Claims.ALPHA),
                questions == 1
                    ? "on this report's one question"
                    : "on this report's %s questions".formatted(questions));
    return scale.isShare() && found >= 1
        ? "No difference is found four times in five by so few seeds, %s.".formatted(level)
        : "The least difference that this study finds four times in five is %s, %s."
            .formatted(scale.distance(found), level);
  }

  private String seeds() {
    int fewest = againstBaseline.stream().mapToInt(Against::seeds).min().orElseThrow();
    return fewest == 1
        ? "One seed is compared: this says nothing of other seeds."
        : "%s seeds are compared, paired by seed and example: this is to hold for others, too."
            .formatted(fewest);
  }

  private static String moreOrLess(Scale scale, double difference) {
    if (difference == 0) {
      return "the same as";
    }
    return scale.distance(difference) + (difference < 0 ? " less than" : " more than");
  }

  private static List<String> untrained(Comparison comparison) {
    Scale scale = comparison.scale();
    List<String> sentences = new ArrayList<>();
    for (Contender contender : comparison.untrained()) {
      String against =
          comparison
              .pretrained(contender)
              .flatMap(pretrained -> Inference.between(contender, pretrained))
              .map(Difference::interval)
              .map(
                  difference ->
                      ", %s on the pretrained one (95%% interval of the difference %s to %s)"
                          .formatted(
                              moreOrLess(scale, difference.value()),
                              scale.signed(difference.low()),
                              scale.signed(difference.high())))
              .orElse("");
      Estimate quality = contender.quality();
      sentences.add(
          "%s: %s %s (95%% interval %s to %s)%s."
              .formatted(
                  contender.name(),
                  scale.measure().label(),
                  scale.value(quality.value()),
                  scale.bare(quality.low()),
                  scale.bare(quality.high()),
                  against));
    }
    if (!sentences.isEmpty() && scale.measure() == StandardMetric.ACCURACY) {
      sentences.add(
          "Whoever always named the commonest class of the test split would reach %s."
              .formatted(scale.value(commonest(comparison.contenders().get(0).targets()))));
    }
    return sentences;
  }

  /** How often the test split was looked at: what is chosen by it is not measured by it. */
  private static List<String> reading(Comparison comparison) {
    int trials =
        comparison.contenders().stream().mapToInt(contender -> contender.trials().size()).sum();
    return trials == 0
        ? List.of()
        : List.of(
            "The test split was read by %s, each time after the last step, and once more where its method was merged."
                .formatted(trials == 1 ? "one trial" : trials + " trials"));
  }

  private static double commonest(double[] targets) {
    Map<Double, Long> counts =
        Arrays.stream(targets)
            .boxed()
            .collect(Collectors.groupingBy(target -> target, Collectors.counting()));
    return (double) counts.values().stream().max(Long::compare).orElseThrow() / targets.length;
  }
}
