package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Holm;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The arms against the baseline, and the pretrained host against an untrained one. */
final class QualityFindings {
  private static final double ALPHA = 0.05;

  private QualityFindings() {}

  static List<String> againstReference(Comparison comparison) {
    Optional<Contender> reference = comparison.reference();
    if (reference.isEmpty()) {
      return List.of();
    }
    Map<Contender, Contrast> contrasts = new LinkedHashMap<>();
    for (Contender contender : comparison.pretrained()) {
      if (!contender.equals(reference.get())) {
        Contrast.of(contender, reference.get())
            .ifPresent(contrast -> contrasts.put(contender, contrast));
      }
    }
    double[] difference = corrected(contrasts, Contrast.Tests::difference);
    double[] equivalence = corrected(contrasts, Contrast.Tests::equivalence);
    Scale scale = comparison.scale();
    List<String> sentences = new ArrayList<>();
    contrasts.forEach(
        (contender, contrast) -> {
          int i = sentences.size();
          String conclusion =
              contrast.tests().isPresent()
                  ? tested(comparison, contrast, difference[i], equivalence[i])
                  : byInterval(comparison, contrast.difference());
          sentences.add(
              "%s: %s %s, %s %s (95%% interval of the difference %s to %s): %s."
                  .formatted(
                      contender.name(),
                      scale.measure().label(),
                      scale.value(contender.quality().value()),
                      moreOrLess(scale, contrast.difference().value()),
                      reference.get().name(),
                      scale.signed(contrast.difference().low()),
                      scale.signed(contrast.difference().high()),
                      conclusion));
        });
    if (!sentences.isEmpty() && (comparison.search().isEmpty() || comparison.seeds() < 2)) {
      sentences.add(
          "No arm is called better than another here: %s."
              .formatted(
                  comparison.search().isEmpty()
                      ? "they were not tuned, and each at its best learning rate may stand otherwise"
                      : "there is one seed, and another may turn it round"));
    }
    if (contrasts.size() > 1 && contrasts.values().stream().allMatch(c -> c.tests().isPresent())) {
      sentences.add(
          "The tests are McNemar's of a difference and Tango's of equality, their p-values corrected for %s comparisons as by Holm; they say nothing of other seeds."
              .formatted(contrasts.size()));
    }
    return sentences;
  }

  private static double[] corrected(
      Map<Contender, Contrast> contrasts, ToDoubleFunction<Contrast.Tests> pValue) {
    return Holm.corrected(
        contrasts.values().stream()
            .map(c -> c.tests().map(pValue::applyAsDouble).orElse(1.0))
            .toList());
  }

  private static String moreOrLess(Scale scale, double difference) {
    if (difference == 0) {
      return "the same as";
    }
    return scale.distance(difference) + (difference < 0 ? " less than" : " more than");
  }

  /**
   * Better is said of arms that were tuned alike and trained with several seeds. Of others is only
   * said what came out, as another seed or another learning rate may turn it round.
   */
  private static String than(Comparison comparison, double difference) {
    boolean isEarned = comparison.search().isPresent() && comparison.seeds() > 1;
    return difference < 0 ? (isEarned ? "worse" : "lower") : (isEarned ? "better" : "higher");
  }

  private static String tested(
      Comparison comparison, Contrast contrast, double difference, double equivalence) {
    Scale scale = comparison.scale();
    double value = contrast.difference().value();
    if (difference < ALPHA) {
      return "%s (%s)%s"
          .formatted(
              than(comparison, value),
              Units.probability(difference),
              equivalence < ALPHA ? ", by less than " + Contrast.margin(scale) : "");
    }
    return equivalence < ALPHA
        ? "equal within %s (%s)".formatted(Contrast.margin(scale), Units.probability(equivalence))
        : "neither a difference (%s) nor equality within %s (%s) was shown"
            .formatted(
                Units.probability(difference),
                Contrast.margin(scale),
                Units.probability(equivalence));
  }

  private static String byInterval(Comparison comparison, Estimate difference) {
    Scale scale = comparison.scale();
    String margin = Contrast.margin(scale);
    boolean isWithin = difference.low() > -Contrast.MARGIN && difference.high() < Contrast.MARGIN;
    if (difference.high() < 0 || difference.low() > 0) {
      return than(comparison, difference.value()) + (isWithin ? ", by less than " + margin : "");
    }
    return isWithin
        ? "equal within " + margin
        : "neither a difference nor equality within %s was shown".formatted(margin);
  }

  static List<String> untrained(Comparison comparison) {
    Scale scale = comparison.scale();
    List<String> sentences = new ArrayList<>();
    for (Contender contender : comparison.untrained()) {
      String against =
          comparison
              .pretrained(contender)
              .flatMap(pretrained -> Contrast.of(contender, pretrained))
              .map(Contrast::difference)
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
  static List<String> reading(Comparison comparison) {
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
