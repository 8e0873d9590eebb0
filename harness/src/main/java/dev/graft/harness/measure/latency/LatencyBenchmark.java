package dev.graft.harness.measure.latency;

import dev.graft.harness.measure.Estimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Times forward passes against each other.
 *
 * <p>Machines slow down and speed up by more than methods differ, so nothing is timed on its own:
 * every round times each arm once, in an order drawn anew, and only times of one round are compared
 * (see {@link LatencyComparison}). A second copy of the base is timed with the arms: what the two
 * differ by is what the measurement can't tell from nothing.
 *
 * <p>Rounds before the steady state are thrown away. It is reached once every arm has settled: its
 * median of five rounds was within 5% of its median of the five before. (Not all of them at one
 * time: on a noisy machine that would hardly ever be.) It is waited for during at most a third of
 * the budget.
 *
 * <p>It ends after the rounds that are asked for, once every arm's ratio to the base is known well
 * enough in this process, or when the budget is spent.
 */
public final class LatencyBenchmark {
  private static final int WINDOW = 5;
  private static final double STEADY_WITHIN = 0.05;
  private static final int WARM_UP_SHARE = 3;
  private static final int TWINS = 2;

  /** Intervals are looked at so often. */
  private static final int EVERY = 10;

  private final Duration budget;
  private final int rounds;
  private final double width;
  private final long seed;
  private final LongSupplier nanoseconds;

  /**
   * A contestant.
   *
   * @param forward runs one forward pass and returns when the device has finished it
   */
  public record Arm(String name, Runnable forward) {}

  /**
   * A way to measure.
   *
   * @param budget how long to measure at most, warm-up included; 6 rounds are timed even if they
   *     take longer, as fewer give no interval
   * @param rounds that are wanted at least
   * @param width of the 95% interval of a ratio, as a share of it, that is narrow enough
   * @param seed decides the order of the arms
   */
  public LatencyBenchmark(Duration budget, int rounds, double width, long seed) {
    this(budget, rounds, width, seed, System::nanoTime);
  }

  LatencyBenchmark(Duration budget, int rounds, double width, long seed, LongSupplier nanoseconds) {
    this.budget = budget;
    this.rounds = rounds;
    this.width = width;
    this.seed = seed;
    this.nanoseconds = nanoseconds;
  }

  /**
   * Times the base, a second copy of it and the arms. What a forward pass throws ends the
   * measurement.
   *
   * @throws IllegalArgumentException if two arms have one name
   */
  public LatencyTimes run(Runnable base, Runnable twin, List<Arm> arms) {
    Map<String, DoubleSupplier> timed = new LinkedHashMap<>();
    for (Arm arm : arms) {
      if (timed.put(arm.name(), () -> milliseconds(arm.forward())) != null) {
        throw new IllegalArgumentException("Two arms are named '%s'.".formatted(arm.name()));
      }
    }
    return runTimed(() -> milliseconds(base), () -> milliseconds(twin), timed);
  }

  private double milliseconds(Runnable forward) {
    long start = nanoseconds.getAsLong();
    forward.run();
    return (nanoseconds.getAsLong() - start) / 1e6;
  }

  /**
   * The same with passes that say themselves how many milliseconds they took.
   *
   * @param arms by name
   */
  public LatencyTimes runTimed(
      DoubleSupplier base, DoubleSupplier twin, Map<String, DoubleSupplier> arms) {
    List<DoubleSupplier> passes = new ArrayList<>(List.of(base, twin));
    passes.addAll(arms.values());
    Random random = new Random(seed);
    long start = nanoseconds.getAsLong();

    List<double[]> warmUp = new ArrayList<>();
    Set<Integer> unsettled = new HashSet<>();
    for (int arm = 0; arm < passes.size(); arm++) {
      unsettled.add(arm);
    }
    while (!unsettled.isEmpty() && !isSpent(start, budget.dividedBy(WARM_UP_SHARE))) {
      warmUp.add(round(passes, random));
      unsettled.removeIf(arm -> isSettled(warmUp, arm));
    }
    List<double[]> timed = new ArrayList<>();
    while (timed.size() < Estimate.FEWEST_FOR_A_MEDIAN
        || (!isEnough(timed) && !isSpent(start, budget))) {
      timed.add(round(passes, random));
    }

    Map<String, List<Double>> times = new LinkedHashMap<>();
    arms.keySet().forEach(name -> times.put(name, column(timed, TWINS + times.size())));
    return new LatencyTimes(
        column(timed, 0), column(timed, 1), times, warmUp.size(), unsettled.isEmpty());
  }

  private boolean isEnough(List<double[]> timed) {
    if (timed.size() < rounds || (timed.size() - rounds) % EVERY != 0) {
      return false;
    }
    return IntStream.range(1, timed.get(0).length)
        .mapToObj(arm -> timed.stream().mapToDouble(times -> times[arm] / times[0]).toArray())
        .map(Estimate::median)
        .allMatch(ratio -> ratio.high() - ratio.low() <= width * ratio.value());
  }

  private boolean isSpent(long start, Duration allowance) {
    return nanoseconds.getAsLong() - start >= allowance.toNanos();
  }

  /** Milliseconds by arm. */
  private static double[] round(List<DoubleSupplier> passes, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, passes.size()).boxed().toList());
    Collections.shuffle(order, random);
    double[] times = new double[passes.size()];
    for (int arm : order) {
      times[arm] = passes.get(arm).getAsDouble();
    }
    return times;
  }

  private static boolean isSettled(List<double[]> rounds, int arm) {
    int end = rounds.size();
    if (end < 2 * WINDOW) {
      return false;
    }
    double earlier = median(rounds.subList(end - 2 * WINDOW, end - WINDOW), arm);
    double later = median(rounds.subList(end - WINDOW, end), arm);
    return Math.abs(later - earlier) <= STEADY_WITHIN * earlier;
  }

  private static double median(List<double[]> rounds, int arm) {
    return StatUtils.percentile(rounds.stream().mapToDouble(times -> times[arm]).toArray(), 50);
  }

  private static List<Double> column(List<double[]> rounds, int arm) {
    return rounds.stream().map(times -> times[arm]).toList();
  }
}
