package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.study.ArmOutcome;
import dev.graft.harness.training.Counts;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The trials of one arm, which differ by their seeds.
 *
 * @param quality the metric on the test split, as a mean of the seeds; the interval is over
 *     examples, and how seeds differ is told by {@link #spread}
 * @param trials at least one
 */
record Contender(String name, Arm arm, Estimate quality, List<TrialResult> trials) {
  Contender {
    trials = List.copyOf(trials);
  }

  /**
   * An arm with its results.
   *
   * @param declared as the study has it: what was chosen for it is what its trials have
   */
  static Contender of(ArmOutcome arm, Arm declared) {
    return new Contender(arm.name(), declared, quality(arm.results()), arm.results());
  }

  private static Estimate quality(List<TrialResult> trials) {
    TestAnswers first = trials.get(0).answers();
    if (trials.size() == 1) {
      return first
          .metric()
          .estimate(
              numbers(first.predictions()), numbers(first.targets()), first.width(), Estimate.SEED);
    }
    return Estimate.bootstrap(
        first.examples(), examples -> quality(trials, examples), Estimate.SEED);
  }

  /** The mean of several trials' metrics on some of the examples, which all have in common. */
  static double quality(List<TrialResult> trials, int[] examples) {
    TestAnswers first = trials.get(0).answers();
    int width = first.width();
    double[] gold = pick(first.targets(), examples, width);
    return mean(
        trials,
        t -> first.metric().compute(pick(t.answers().predictions(), examples, width), gold, width));
  }

  boolean untrained() {
    return arm.untrained();
  }

  /** The task's first metric. */
  Metric metric() {
    return trials.get(0).answers().metric();
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
    double mean = mean(trials, Contender::quality);
    double squares = trials.stream().mapToDouble(t -> Math.pow(quality(t) - mean, 2)).sum();
    return OptionalDouble.of(Math.sqrt(squares / (trials.size() - 1)));
  }

  /** What is true of the test split, which is the same for all trials. */
  double[] targets() {
    return numbers(trials.get(0).answers().targets());
  }

  Counts counts() {
    return trials.get(0).counts();
  }

  double trainingSeconds() {
    return mean(trials, trial -> trial.steps().seconds());
  }

  /** The largest peak, if any was measured. */
  OptionalLong memory() {
    return trials.stream().flatMapToLong(trial -> trial.memory().bytes().stream()).max();
  }

  long checkpointBytes() {
    return trials.get(0).checkpointBytes();
  }

  private static double quality(TrialResult trial) {
    return trial.answers().quality();
  }

  private static double mean(List<TrialResult> trials, ToDoubleFunction<TrialResult> number) {
    return trials.stream().mapToDouble(number).average().orElseThrow();
  }

  static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] pick(List<Double> list, int[] examples, int width) {
    return Arrays.stream(examples)
        .flatMap(example -> IntStream.range(example * width, (example + 1) * width))
        .mapToDouble(list::get)
        .toArray();
  }
}
