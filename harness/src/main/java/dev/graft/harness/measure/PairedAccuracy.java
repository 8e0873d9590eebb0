package dev.graft.harness.measure;

import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.solvers.BisectionSolver;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Two classifiers on the same examples. Only the examples on which one is right and the other wrong
 * tell them apart.
 *
 * <p>The interval and the test of equivalence are those of Tango, Statistics in Medicine 17 (1998):
 * a score test of the difference of paired proportions, which unlike a t-test of the differences
 * stays honest where the classifiers hardly ever, or never, disagree.
 *
 * @param examples how many examples there are
 * @param onlyFirst how many of them the first alone gets right
 * @param onlySecond how many of them the second alone gets right
 */
public record PairedAccuracy(int examples, int onlyFirst, int onlySecond) {
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  public PairedAccuracy {
    if (examples < 1 || onlyFirst < 0 || onlySecond < 0 || onlyFirst + onlySecond > examples) {
      throw new IllegalArgumentException(
          "Of %s examples, %s that the first alone gets right and %s that the second alone does."
              .formatted(examples, onlyFirst, onlySecond));
    }
  }

  /** Counts the examples; each array holds one class index for each. */
  public static PairedAccuracy of(double[] first, double[] second, double[] gold) {
    if (first.length != gold.length || second.length != gold.length) {
      throw new IllegalArgumentException(
          "Predictions of %s and of %s examples, and %s gold answers: expected as many of each."
              .formatted(first.length, second.length, gold.length));
    }
    return new PairedAccuracy(
        gold.length, rightAlone(first, second, gold), rightAlone(second, first, gold));
  }

  private static int rightAlone(double[] one, double[] other, double[] gold) {
    return (int)
        IntStream.range(0, gold.length)
            .filter(i -> one[i] == gold[i] && other[i] != gold[i])
            .count();
  }

  /** The first accuracy less the second. */
  public Estimate difference() {
    double difference = (double) (onlyFirst - onlySecond) / examples;
    double z = NORMAL.inverseCumulativeProbability((1 + Estimate.LEVEL) / 2);
    return new Estimate(
        difference,
        difference == -1 ? -1 : whereScoreIs(z, -1, difference),
        difference == 1 ? 1 : whereScoreIs(-z, difference, 1));
  }

  /** McNemar's exact test, two-sided: the p-value of "both are equally accurate". */
  public double mcNemar() {
    BinomialDistribution coin = new BinomialDistribution(null, onlyFirst + onlySecond, 0.5);
    return Math.min(1, 2 * coin.cumulativeProbability(Math.min(onlyFirst, onlySecond)));
  }

  /**
   * Two one-sided tests: the p-value of "the accuracies differ by the margin or more".
   *
   * @param margin as a fraction: 0.02 for two points
   */
  public double equivalence(double margin) {
    if (!(margin > 0 && margin < 1)) {
      throw new IllegalArgumentException(
          "A margin of %s: expected a fraction between 0 and 1.".formatted(margin));
    }
    return Math.max(
        NORMAL.cumulativeProbability(-score(-margin)), NORMAL.cumulativeProbability(score(margin)));
  }

  private double whereScoreIs(double z, double low, double high) {
    return new BisectionSolver(1e-9).solve(100, d -> score(d) - z, low, high);
  }

  /**
   * How many standard errors the difference that was found lies above a supposed one. (Tango takes
   * the second less the first, so his signs are the other way round.)
   */
  private double score(double supposed) {
    double excess = onlyFirst - onlySecond - examples * supposed;
    if (excess == 0) {
      return 0;
    }
    // the most likely probability that only the second is right, if the difference is as supposed
    double a = 2.0 * examples;
    double b = (2.0 * examples - onlyFirst + onlySecond) * supposed - onlyFirst - onlySecond;
    double c = -onlySecond * supposed * (1 - supposed);
    double onlySecondProbability = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
    double variance = examples * (2 * onlySecondProbability + supposed * (1 - supposed));
    return excess / Math.sqrt(Math.max(0, variance));
  }
}
