package dev.graft.harness.measure.inference;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Resampled;
import dev.graft.harness.measure.Weighted;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Arms that were trained with several seeds each and answered the same examples: what differs
 * between two of them is paired by seed and by example. Any statistic will do; it need not be a
 * mean of examples.
 *
 * <p>Seeds and examples are crossed, so that the variance of a difference has three parts: of
 * seeds, of examples, and of both together (with another seed other examples go wrong).
 *
 * <ul>
 *   <li>The first and the third are seen in how the differences vary between seeds. As three or
 *       five seeds tell that badly, all pairs of arms tell it together, as in an analysis of
 *       variance with the seeds as blocks; a pair that varies more than the others do is judged by
 *       its own variance, and none is taken to vary less than by the third part alone. With two
 *       arms this is the paired t-test over seeds.
 *   <li>The second is the variance of the mean over seeds in 2,000 bootstrap samples of the
 *       examples, the same for all arms and seeds, less what the third part has in it. The third is
 *       what the variance of one seed's difference has more than that of the mean.
 * </ul>
 *
 * <p>With one seed only examples are judged by. A plain bootstrap of seeds is not taken: of three
 * seeds, its variance is too small by a third, and its percentiles are those of a normal
 * distribution where Student's is needed.
 */
public final class RepeatedMeasures {
  private final int examples;
  private final double unit;
  private final Map<String, Map<Long, Resampled>> arms;
  private final double pooledVariance;
  private final double pooledFreedom;

  private RepeatedMeasures(int examples, double unit, Map<String, Map<Long, Resampled>> arms) {
    this.examples = examples;
    this.unit = unit;
    this.arms = arms;
    double squares = 0;
    double weights = 0;
    List<String> names = List.copyOf(arms.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < i; j++) {
        List<Long> seeds = common(names.get(i), names.get(j));
        if (seeds.size() > 1) {
          squares += (seeds.size() - 1) * varianceOfSeeds(names.get(i), names.get(j), seeds);
          weights += seeds.size() - 1;
        }
      }
    }
    this.pooledVariance = weights == 0 ? 0 : squares / weights;
    this.pooledFreedom =
        arms.values().stream().mapToInt(seeds -> seeds.size() - 1).sum()
            - arms.values().stream().mapToInt(seeds -> seeds.size() - 1).max().orElse(0);
  }

  /**
   * Takes the bootstrap samples.
   *
   * @param arms each arm's statistic by seed, over the same examples
   * @param unit by how much a single example can change the statistic; 0 if that is not bounded
   */
  public static RepeatedMeasures of(
      Map<String, Map<Long, Weighted>> arms, int examples, double unit) {
    List<Weighted> statistics =
        arms.values().stream().flatMap(seeds -> seeds.values().stream()).toList();
    Iterator<Resampled> sampled = Resampled.of(statistics, examples, Estimate.SEED).iterator();
    Map<String, Map<Long, Resampled>> values = new LinkedHashMap<>();
    arms.forEach(
        (name, seeds) -> {
          Map<Long, Resampled> own = new LinkedHashMap<>();
          seeds.keySet().forEach(seed -> own.put(seed, sampled.next()));
          values.put(name, own);
        });
    return ofResampled(values, examples, unit);
  }

  /**
   * Takes bootstrap samples that were drawn before.
   *
   * @param arms each arm's statistic by seed, all in the same samples
   * @param unit by how much a single example can change the statistic; 0 if that is not bounded
   */
  public static RepeatedMeasures ofResampled(
      Map<String, Map<Long, Resampled>> arms, int examples, double unit) {
    return new RepeatedMeasures(examples, unit, arms);
  }

  /** The first less the second; empty if they share no seed, or one of them is undefined. */
  public Optional<Difference> difference(String first, String second) {
    List<Long> seeds = common(first, second);
    double[] values = seeds.stream().mapToDouble(seed -> value(first, second, seed)).toArray();
    double value = StatUtils.mean(values);
    if (seeds.isEmpty() || Double.isNaN(value)) {
      return Optional.empty();
    }
    double[][] sampled =
        seeds.stream().map(seed -> sampled(first, second, seed)).toArray(double[][]::new);
    double ofMean = unbiased(StatUtils.variance(mean(sampled)));
    int count = seeds.size();
    if (count == 1) {
      return Optional.of(
          new Difference(value, 1, Spread.NONE, new Spread(ofMean, examples - 1), unit));
    }
    double ofOne = 0;
    for (double[] one : sampled) {
      ofOne += unbiased(StatUtils.variance(defined(one))) / count;
    }
    double ofBoth = Math.max(0, (ofOne - ofMean) / (count - 1));
    double between = Math.max(ofBoth, Math.max(pooledVariance, StatUtils.variance(values)) / count);
    return Optional.of(
        new Difference(
            value,
            count,
            new Spread(between, Math.max(count - 1, pooledFreedom)),
            new Spread(Math.max(0, ofMean - ofBoth), examples - 1),
            unit));
  }

  private List<Long> common(String first, String second) {
    List<Long> common = new ArrayList<>(arms.get(first).keySet());
    common.retainAll(arms.get(second).keySet());
    return common;
  }

  private double value(String first, String second, long seed) {
    return arms.get(first).get(seed).value() - arms.get(second).get(seed).value();
  }

  private double varianceOfSeeds(String first, String second, List<Long> seeds) {
    double variance =
        StatUtils.variance(seeds.stream().mapToDouble(s -> value(first, second, s)).toArray());
    return Double.isNaN(variance) ? 0 : variance;
  }

  private double[] sampled(String first, String second, long seed) {
    return arms.get(first).get(seed).less(arms.get(second).get(seed));
  }

  private static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    return defined(mean);
  }

  /** Without the samples in which the statistic is undefined. */
  private static double[] defined(double[] sampled) {
    return IntStream.range(0, sampled.length)
        .mapToDouble(i -> sampled[i])
        .filter(value -> !Double.isNaN(value))
        .toArray();
  }

  /** The bootstrap's variance is that of n examples about their own mean. */
  private double unbiased(double variance) {
    return variance * examples / (examples - 1);
  }
}
