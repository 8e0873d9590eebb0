package dev.graft.harness.measure.latency;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.latency.LatencyComparison.Spread;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Times by process and round, beside those of something else in the same rounds.
 *
 * @param name of what was timed
 * @param times a list a process
 * @param base likewise
 */
public record PairedTimes(String name, List<List<Double>> times, List<List<Double>> base) {
  /** How many standard errors a 95% interval of many samples is wide. */
  private static final double ERRORS_WIDE = 2 * 1.959964;

  public PairedTimes {
    times = List.copyOf(times);
    base = List.copyOf(base);
  }

  /** The median over processes of the median over rounds. */
  public static double median(List<List<Double>> times) {
    return middle(times.stream().mapToDouble(PairedTimes::middle).toArray());
  }

  /** The median of numbers. */
  public static double middle(List<Double> numbers) {
    return middle(numbers.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double middle(double[] numbers) {
    return StatUtils.percentile(numbers, 50);
  }

  /**
   * The ratio to the base. Of several processes each is a sample; of one alone the interval tells
   * of its rounds, and another process may find another ratio.
   */
  public Estimate ratio() {
    return exponential(
        times.size() < TwoStageMean.FEWEST
            ? Estimate.median(logs(0))
            : mean(times.size()).interval());
  }

  /**
   * The same of processes whose number was decided on the way.
   *
   * @param first how many ran before
   */
  Estimate ratio(int first) {
    return exponential(mean(first).interval());
  }

  private static Estimate exponential(Estimate log) {
    return new Estimate(Math.exp(log.value()), Math.exp(log.low()), Math.exp(log.high()));
  }

  double milliseconds() {
    return median(times);
  }

  TwoStageMean mean(int first) {
    return TwoStageMean.of(logs(), first);
  }

  long needed(int first, double width) {
    return TwoStageMean.needed(logs(), first, width);
  }

  Spread spread(int first) {
    double within =
        IntStream.range(0, times.size())
            .mapToObj(i -> Estimate.median(logs(i)))
            .mapToDouble(each -> Math.pow((each.high() - each.low()) / ERRORS_WIDE, 2))
            .average()
            .orElseThrow();
    double all = Math.pow(mean(first).standardError(), 2) * times.size();
    return new Spread(Math.sqrt(Math.max(0, all - within)), Math.sqrt(within));
  }

  private double[] logs() {
    return IntStream.range(0, times.size()).mapToDouble(i -> middle(logs(i))).toArray();
  }

  private double[] logs(int process) {
    List<Double> own = times.get(process);
    List<Double> other = base.get(process);
    return IntStream.range(0, other.size())
        .mapToDouble(i -> Math.log(own.get(i) / other.get(i)))
        .toArray();
  }
}
