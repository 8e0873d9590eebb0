package dev.graft.harness.report.figure;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.measure.inference.Difference;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.comparison.Findings;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How any two arms differ, p-values to six significant digits: in columns, as there are many. The
 * first arm with the second, with the third and so on, then the second with the third.
 *
 * @param missing why there are none, if so
 * @param difference the first less the second with its 95% interval, as it is written; empty where
 *     they can't be compared
 * @param noDifference the corrected p-value of "there is none"
 * @param differenceBeyond the corrected p-value of "there is one of the margin or more"
 */
record Pairs(
    Optional<String> missing,
    List<String> difference,
    List<Double> noDifference,
    List<Double> differenceBeyond) {
  /** With more the page would be too large. */
  private static final int MOST_ARMS = 150;

  private static final MathContext DIGITS = new MathContext(6);

  static Pairs of(Comparison comparison, Findings findings) {
    List<Contender> arms = comparison.contenders();
    if (arms.size() > MOST_ARMS) {
      return none(
          "There are more than %s arms, whose pairs would make this page too large; report.json has every arm against the baseline."
              .formatted(MOST_ARMS));
    }
    Pairs pairs = none(null);
    for (int i = 0; i < arms.size(); i++) {
      for (int j = i + 1; j < arms.size(); j++) {
        pairs.add(comparison.scale(), arms.get(i), arms.get(j), findings);
      }
    }
    return pairs;
  }

  private static Pairs none(String why) {
    return new Pairs(
        Optional.ofNullable(why), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  private void add(Scale scale, Contender first, Contender second, Findings findings) {
    Optional<Estimate> interval =
        findings.inference().difference(first.name(), second.name()).map(Difference::interval);
    difference.add(interval.map(scale::signed).orElse(""));
    noDifference.add(corrected(findings, Answer.DIFFERENT, first, second));
    differenceBeyond.add(corrected(findings, Answer.EQUIVALENT, first, second));
  }

  private static double corrected(
      Findings findings, Answer answer, Contender first, Contender second) {
    return rounded(
        findings.inference().corrected(findings.claims(), answer, first.name(), second.name()));
  }

  private static double rounded(double value) {
    return Double.isNaN(value) ? value : BigDecimal.valueOf(value).round(DIGITS).doubleValue();
  }
}
