package dev.graft.harness.report;

import dev.graft.harness.experiment.Counts;
import dev.graft.harness.experiment.TrialResult;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * The trials of one method on one host, which differ by their seeds.
 *
 * @param quality the metric on the test split, as a mean of the seeds; the interval is over
 *     examples, and how seeds differ is told by {@link #spread}
 * @param trials at least one
 */
record Arm(String method, boolean untrained, Estimate quality, List<TrialResult> trials) {
  Arm {
    trials = List.copyOf(trials);
  }

  static Arm of(String method, boolean untrained, List<TrialResult> trials) {
    return new Arm(method, untrained, quality(trials), trials);
  }

  private static Estimate quality(List<TrialResult> trials) {
    TrialResult first = trials.get(0);
    if (trials.size() == 1) {
      return metric(first)
          .estimate(numbers(first.predictions()), numbers(first.targets()), Estimate.SEED);
    }
    return Estimate.bootstrap(
        first.examples(), examples -> quality(trials, examples), Estimate.SEED);
  }

  /** The mean of several trials' metrics on some of the examples, which all have in common. */
  static double quality(List<TrialResult> trials, int[] examples) {
    double[] gold = pick(trials.get(0).targets(), examples);
    return mean(trials, t -> metric(t).compute(pick(t.predictions(), examples), gold));
  }

  private static Metric metric(TrialResult trial) {
    String label = trial.metrics().keySet().iterator().next();
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no metric '" + label + "'"));
  }

  /** The name of a method's arm. */
  static String name(String method, boolean untrained) {
    return untrained ? method + " (untrained host)" : method;
  }

  String name() {
    return name(method, untrained);
  }

  /** The task's first metric. */
  Metric metric() {
    return metric(trials.get(0));
  }

  List<Long> seeds() {
    return trials.stream().map(trial -> trial.spec().seed()).toList();
  }

  Optional<TrialResult> trial(long seed) {
    return trials.stream().filter(trial -> trial.spec().seed() == seed).findFirst();
  }

  /** The standard deviation of the metric between seeds, if there are several. */
  OptionalDouble spread() {
    if (trials.size() < 2) {
      return OptionalDouble.empty();
    }
    double mean = mean(trials, Arm::value);
    double squares = trials.stream().mapToDouble(t -> Math.pow(value(t) - mean, 2)).sum();
    return OptionalDouble.of(Math.sqrt(squares / (trials.size() - 1)));
  }

  private static double value(TrialResult trial) {
    return trial.metrics().values().iterator().next();
  }

  /** What is true of the test split, which is the same for all trials. */
  double[] targets() {
    return numbers(trials.get(0).targets());
  }

  Counts counts() {
    return trials.get(0).counts();
  }

  double trainingSeconds() {
    return mean(trials, TrialResult::trainingSeconds);
  }

  /** The largest peak, if any was measured. */
  OptionalLong memory() {
    return trials.stream().flatMapToLong(trial -> trial.memory().bytes().stream()).max();
  }

  long checkpointBytes() {
    return trials.get(0).checkpointBytes();
  }

  private static double mean(List<TrialResult> trials, ToDoubleFunction<TrialResult> number) {
    return trials.stream().mapToDouble(number).average().orElseThrow();
  }

  static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] pick(List<Double> list, int[] rows) {
    return Arrays.stream(rows).mapToDouble(list::get).toArray();
  }
}
