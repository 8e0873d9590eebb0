package dev.graft.harness.report.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.trial.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

/**
 * Whole studies whose truth is known, through the report that users read. An example is answered
 * right if what an arm can do exceeds how hard it is; what the arm can do depends on seed, example
 * and chance: errors of arms go together, as examples are hard for all, and so do those of seeds.
 */
class SimulatedStudiesTest {
  private static final int EQUAL = 200;
  private static final int PLANTED = 100;
  private static final int EXAMPLES = 120;
  private static final double ABILITY = 1.6;
  private static final double OF_SEED = 0.08;
  private static final double OF_ARM_AND_EXAMPLE = 0.4;
  private static final double OF_ALL = 0.5;
  private static final NormalDistribution NORMAL = new NormalDistribution();

  private final Random random = new Random(14);

  /** The ability that a share of the examples is answered right with. */
  private static double ability(double accuracy) {
    return NORMAL.inverseCumulativeProbability(accuracy) * deviation();
  }

  private static double accuracy() {
    return NORMAL.cumulativeProbability(ABILITY / deviation());
  }

  private static double deviation() {
    return Math.sqrt(
        1 + OF_SEED * OF_SEED + OF_ARM_AND_EXAMPLE * OF_ARM_AND_EXAMPLE + OF_ALL * OF_ALL);
  }

  private double[] normal(int count) {
    return IntStream.range(0, count).mapToDouble(i -> random.nextGaussian()).toArray();
  }

  private QualityFindings study(int seeds, double ofSeed, double... abilities) {
    double[] hard = normal(EXAMPLES);
    List<Outcome> outcomes = new ArrayList<>();
    for (int arm = 0; arm < abilities.length; arm++) {
      double[] ofArm = normal(EXAMPLES);
      for (int seed = 0; seed < seeds; seed++) {
        double able = abilities[arm] + ofSeed * random.nextGaussian();
        double[] chance = normal(EXAMPLES);
        List<Boolean> isRight =
            IntStream.range(0, EXAMPLES)
                .mapToObj(i -> able + OF_ARM_AND_EXAMPLE * ofArm[i] + OF_ALL * chance[i] > hard[i])
                .toList();
        outcomes.add(
            Studies.trial(Studies.spec("lora:rank=" + (1 << arm), seed, false), 1000, isRight, 1));
      }
    }
    return Report.of(Studies.of(outcomes, List.of()))
        .parts()
        .get(0)
        .findings()
        .orElseThrow()
        .quality();
  }

  private List<QualityFindings> studies(int count, int seeds, double ofSeed, double... abilities) {
    return IntStream.range(0, count).mapToObj(i -> study(seeds, ofSeed, abilities)).toList();
  }

  private static long differing(List<QualityFindings> studies) {
    return studies.stream()
        .filter(
            study ->
                study.tiers().size() > 1
                    || study.againstBaseline().stream()
                        .anyMatch(QualityFindings.Against::isDifferent))
        .count();
  }

  /** Of one seed only the examples can be judged: here another seed would train the same. */
  @Test
  void ofStudiesOfOneSeedAndEqualArmsAtMostFivePercentReportAnyDifference() {
    assertThat(differing(studies(EQUAL, 1, 0, ABILITY, ABILITY, ABILITY))).isBetween(1L, 10L);
  }

  @Test
  void
      ofStudiesOfEqualArmsAtMostFivePercentReportAnyDifferenceAndOneAsLargeAsStatedIsFoundAsOftenAsStated() {
    List<QualityFindings> equal = studies(EQUAL, 3, OF_SEED, ABILITY, ABILITY, ABILITY);
    double least =
        equal.stream().mapToDouble(study -> study.least().orElseThrow()).average().orElseThrow();

    List<QualityFindings> planted =
        studies(PLANTED, 3, OF_SEED, ABILITY, ABILITY, ability(accuracy() - least));

    assertThat(differing(equal)).isLessThanOrEqualTo(10);
    assertThat(planted)
        .filteredOn(study -> study.againstBaseline().get(1).isDifferent())
        .hasSizeBetween(70, 90);
  }
}
