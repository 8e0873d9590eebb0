package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.Resampled;
import dev.graft.harness.measure.Weighted;
import dev.graft.harness.report.costs.ArmCosts;
import dev.graft.harness.report.forgetting.Forgotten;
import dev.graft.harness.study.ArmOutcome;
import dev.graft.harness.training.Counts;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * The trials of one arm, which differ by their seeds.
 *
 * @param quality the metric on the test split, as a mean of the seeds; the interval is over
 *     examples, and how seeds differ is told by {@link #spread}
 * @param forgotten absent where it was not measured
 * @param trials at least one
 * @param resampled the metric of each, in samples that all arms of as many examples share
 */
public record Contender(
    String name,
    Arm arm,
    Estimate quality,
    Optional<Forgotten> forgotten,
    List<TrialResult> trials,
    List<Resampled> resampled) {
  public Contender {
    trials = List.copyOf(trials);
    resampled = List.copyOf(resampled);
  }

  /**
   * An arm with its results.
   *
   * @param declared as the study has it: what was chosen for it is what its trials have
   */
  static Contender of(ArmOutcome arm, Arm declared) {
    List<TrialResult> trials = arm.results();
    int examples = trials.get(0).answers().examples();
    List<Resampled> resampled =
        Resampled.of(trials.stream().map(Contender::weighted).toList(), examples, Estimate.SEED);
    return new Contender(
        arm.name(),
        declared,
        trials.size() == 1 ? quality(trials.get(0)) : Resampled.mean(resampled).estimate(),
        Forgotten.of(trials),
        trials,
        resampled);
  }

  private static Estimate quality(TrialResult trial) {
    TestAnswers answers = trial.answers();
    return answers
        .metric()
        .estimate(
            numbers(answers.predictions()),
            numbers(answers.targets()),
            answers.width(),
            Estimate.SEED);
  }

  /** A trial's metric on the test split, whose examples may have weights. */
  private static Weighted weighted(TrialResult trial) {
    TestAnswers answers = trial.answers();
    return answers
        .metric()
        .weighted(numbers(answers.predictions()), numbers(answers.targets()), answers.width());
  }

  public boolean untrained() {
    return arm.untrained();
  }

  /** The task's first metric. */
  Metric metric() {
    return trials.get(0).answers().metric();
  }

  public List<Long> seeds() {
    return trials.stream().map(trial -> trial.spec().seed()).toList();
  }

  /** The standard deviation of the metric between seeds, if there are several. */
  public OptionalDouble spread() {
    if (trials.size() < 2) {
      return OptionalDouble.empty();
    }
    double mean = mean(trials, Contender::found);
    double squares = trials.stream().mapToDouble(t -> Math.pow(found(t) - mean, 2)).sum();
    return OptionalDouble.of(Math.sqrt(squares / (trials.size() - 1)));
  }

  /** What is true of the test split, which is the same for all trials. */
  double[] targets() {
    return numbers(trials.get(0).answers().targets());
  }

  /** Of the test split. */
  public int examples() {
    return trials.get(0).answers().examples();
  }

  public Counts counts() {
    return trials.get(0).counts();
  }

  public double trainingSeconds() {
    return mean(trials, trial -> trial.steps().seconds());
  }

  /** The largest peak, if any was measured. */
  public OptionalLong memory() {
    return trials.stream().flatMapToLong(trial -> trial.memory().bytes().stream()).max();
  }

  /** What its trials took, phase by phase; absent if none of them tells it. */
  public Optional<ArmCosts> costs() {
    return ArmCosts.of(trials);
  }

  public long checkpointBytes() {
    return trials.get(0).checkpointBytes();
  }

  private static double found(TrialResult trial) {
    return trial.answers().quality();
  }

  private static double mean(List<TrialResult> trials, ToDoubleFunction<TrialResult> number) {
    return trials.stream().mapToDouble(number).average().orElseThrow();
  }

  private static double[] numbers(List<Double> list) {
    return list.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
