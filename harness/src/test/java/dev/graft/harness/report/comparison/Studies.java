package dev.graft.harness.report.comparison;

import dev.graft.harness.environment.Environment;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.latency.ProcessTimes;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.measure.latency.LatencyComparison;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.harness.study.ArmNames;
import dev.graft.harness.study.ArmOutcome;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.training.Counts;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.training.TrainingSteps;
import dev.graft.harness.training.Validation;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.MergeCheck;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.SomeCosts;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.methods.Methods;
import dev.graft.program.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Results as trials would leave them, with numbers that are easy to foresee. */
public final class Studies {
  static final int EXAMPLES = 400;
  private static final long HOST = 22_565_376;

  private Studies() {}

  public static TrialSpec spec(String method, long seed, boolean untrained) {
    return TrialSpec.reported(
        new Arm(
            "/models/all-MiniLM-L6-v2",
            "reviews",
            method,
            untrained,
            "cpu",
            Precision.FLOAT32,
            Recipe.DEFAULT),
        seed);
  }

  /** A trial that answers all but the first {@code wrong} examples of a balanced split. */
  public static TrialResult trial(TrialSpec spec, long parameters, int wrong) {
    return trial(spec, parameters, wrong, 1);
  }

  /** One that had a share of the machine's threads. */
  static TrialResult trial(TrialSpec spec, long parameters, int wrong, int sharers) {
    return trial(
        spec, parameters, IntStream.range(0, EXAMPLES).mapToObj(i -> i >= wrong).toList(), sharers);
  }

  /** A trial that answers these examples of a balanced split, in their order, right. */
  public static TrialResult trial(
      TrialSpec spec, long parameters, List<Boolean> isRight, int sharers) {
    List<Double> targets =
        IntStream.range(0, isRight.size()).mapToObj(i -> (double) (i % 2)).toList();
    List<Double> predictions =
        IntStream.range(0, isRight.size())
            .mapToObj(i -> isRight.get(i) ? targets.get(i) : 1 - targets.get(i))
            .toList();
    double accuracy = (double) Collections.frequency(isRight, true) / isRight.size();
    return new TrialResult(
        spec,
        new Counts(parameters, 770, HOST),
        new TrainingSteps(
            12.34, Collections.nCopies(100, 0.5), List.of(new Validation(100, 0.9)), 100),
        Map.of(StandardMetric.ACCURACY, 0.9),
        Optional.of(
            new TestAnswers(Map.of(StandardMetric.ACCURACY, accuracy), predictions, targets, 1)),
        new MemoryPeak(OptionalLong.of(600_000_000 + 10 * parameters), "peak resident memory"),
        4 * (parameters + 770) + 1000,
        "trials/" + spec.arm().method(),
        spec.arm().method().startsWith("lora")
            ? Optional.of(new MergeCheck(12, isRight.size(), 2.5e-6, Map.of()))
            : Optional.empty(),
        Optional.empty(),
        provenance(spec, sharers),
        Optional.of(SomeCosts.of((double) spec.seed())),
        Optional.empty(),
        Optional.empty());
  }

  private static Environment provenance(TrialSpec spec, int sharers) {
    String started = "at seed " + spec.seed() + " of " + spec.arm().method();
    return new Environment(
        "a base",
        Optional.of("a configuration"),
        "some data",
        "reviews",
        Map.of("lora", "a hash"),
        "0.1",
        "0.36",
        "2.7",
        "17",
        "an OS",
        "<Fast & \"Cheap\">",
        "2",
        "as it was started",
        sharers,
        "cpu",
        started);
  }

  public static StudyResult of(List<Outcome> outcomes, List<LatencyResult> latency) {
    Map<Arm, List<Outcome>> trials = new LinkedHashMap<>();
    outcomes.forEach(
        outcome ->
            trials.computeIfAbsent(outcome.spec().arm(), arm -> new ArrayList<>()).add(outcome));
    Map<String, Arm> arms = ArmNames.of(List.copyOf(trials.keySet()), Methods.installed());
    Study study =
        new Study(
            Optional.empty(),
            arms,
            arms.containsKey("full") ? "full" : arms.keySet().iterator().next(),
            outcomes.stream().map(outcome -> outcome.spec().seed()).distinct().toList(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(LatencySpec.DEFAULT));
    List<ArmOutcome> found = new ArrayList<>();
    arms.forEach((name, arm) -> found.add(new ArmOutcome(name, arm, List.of(), trials.get(arm))));
    return new StudyResult(study, found, latency, Optional.empty(), true);
  }

  /** Full fine-tuning, two methods, one untrained host and one failure, timed at one size. */
  public static StudyResult typical() {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(trial(spec("full", 1, false), HOST, 40));
    outcomes.add(trial(spec("lora", 1, false), 73_728, 40));
    outcomes.add(trial(spec("houlsby:bottleneck=16", 1, false), 152_256, 80));
    outcomes.add(trial(spec("lora", 1, true), 73_728, 190));
    outcomes.add(
        new TrialFailure(
            spec("lin", 1, false), "The process was killed.\n  try: less", "trials/lin/log.txt"));
    return of(outcomes, List.of(latency(new LatencySpec.Size(1, 32))));
  }

  /** Houlsby 20% slower, all else as fast as the base. */
  public static LatencyResult latency(LatencySpec.Size size) {
    Map<String, List<Double>> arms = new LinkedHashMap<>();
    arms.put("full", times(1.0));
    arms.put("lora", times(1.002));
    arms.put("lora merged", times(1.0));
    arms.put("houlsby:bottleneck=16", times(1.2));
    LatencyTimes times = new LatencyTimes(times(1.0), times(1.001), arms, 10, true);
    return latency(size, times);
  }

  /** The base's twin is slower than the base by a quarter. */
  static LatencyResult noisyLatency(LatencySpec.Size size) {
    Map<String, List<Double>> arms = new LinkedHashMap<>();
    arms.put("lora", times(1.0));
    arms.put("lora merged", times(1.0));
    LatencyTimes times = new LatencyTimes(times(1.0), times(1.25), arms, 10, false);
    return latency(size, times);
  }

  /** What three processes found, which agree. */
  private static LatencyResult latency(LatencySpec.Size size, LatencyTimes times) {
    List<LatencyTimes> processes = Collections.nCopies(3, times);
    return new LatencyResult(
        size,
        new LatencyField("model", "cpu", Precision.FLOAT32, Optional.empty(), List.of()),
        processes.stream().map(each -> new ProcessTimes(size, each, Map.of())).toList(),
        List.of(),
        LatencyComparison.of(processes, 3, 0.05));
  }

  private static List<Double> times(double factor) {
    return DoubleStream.iterate(5, t -> t == 5 ? 5.1 : 5)
        .limit(40)
        .map(t -> t * factor)
        .boxed()
        .toList();
  }
}
