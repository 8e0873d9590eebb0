package dev.graft.harness.store.jdbc;

import dev.graft.harness.environment.Environment;
import dev.graft.harness.environment.Identity;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.latency.ProcessTimes;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.measure.latency.LatencyComparison;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.study.Study;
import dev.graft.harness.training.Counts;
import dev.graft.harness.training.Peaks;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.training.TrainingSteps;
import dev.graft.harness.training.Validation;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.MergeCheck;
import dev.graft.harness.trial.SomeCosts;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.program.Precision;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** Outcomes as trials would leave them. */
final class Outcomes {
  private Outcomes() {}

  /** A study of which one run has ended. */
  static void keep(
      TrialStore store, StudyFolder folder, Study study, List<StudyStore.Asked> asked) {
    StudyStore studies = store.studies();
    long run =
        studies.begin(new StudyStore.KeptStudy(study.name(), "", Json.line(study)), folder).run();
    studies.ask(run, asked);
    studies.end(run, List.of(latency()), Optional.empty());
  }

  static TrialInputs inputs(long seed) {
    Arm arm =
        new Arm(
            "/models/tiny",
            "/tasks/SST-2",
            "lora:rank=" + (1 + seed % 4),
            false,
            "cpu",
            Precision.FLOAT32,
            Recipe.DEFAULT);
    return new TrialInputs(
        TrialSpec.reported(arm, seed),
        new Identity("a base", "a configuration", "some data", Map.of("lora", "a hash"), "0.1"));
  }

  static TrialFailure failure(TrialInputs inputs) {
    return new TrialFailure(inputs.spec(), "Its process ended.\n  last it said: é", "trials/log");
  }

  static TrialResult result(TrialInputs inputs) {
    return result(inputs, 50, 60);
  }

  static TrialResult result(TrialInputs inputs, int examples, int steps) {
    long seed = inputs.spec().seed();
    Random random = new Random(seed);
    List<Double> targets = IntStream.range(0, examples).mapToObj(i -> (double) (i % 2)).toList();
    List<Double> predictions =
        targets.stream().map(target -> random.nextInt(10) == 0 ? 1 - target : target).toList();
    return new TrialResult(
        inputs.spec(),
        new Counts(1000 + seed, 130, 5_000_000_000L),
        new TrainingSteps(
            1.0 / 3,
            random.doubles(steps).boxed().toList(),
            List.of(new Validation(steps, 0.1 + seed / 1e6)),
            steps),
        Map.of(StandardMetric.ACCURACY, 0.5 + seed / 1e6),
        Optional.of(
            new TestAnswers(Map.of(StandardMetric.ACCURACY, 0.75), predictions, targets, 1)),
        new MemoryPeak(OptionalLong.of(600_000_000), "peak resident memory"),
        4_000,
        "trials/" + seed,
        Optional.of(
            new MergeCheck(12, examples, 2.5e-6, Map.of(StandardMetric.ACCURACY, Double.NaN))),
        Optional.empty(),
        new Environment(
            "a base",
            Optional.of("a configuration"),
            "some data",
            "SST-2",
            Map.of("lora", "a hash"),
            "0.1",
            "0.36",
            "2.7",
            "17",
            "an OS",
            "a CPU",
            "2",
            "as it was started",
            1,
            "cpu",
            "2026-01-01T00:00:00Z"),
        Optional.of(SomeCosts.of(1)),
        Optional.of(new Peaks(List.of(0.003 * (1 + seed)), 0.005)),
        Optional.empty());
  }

  static LatencyResult latency() {
    List<Double> times = IntStream.range(0, 40).mapToObj(i -> 5 + i % 2 / 10.0).toList();
    LatencySpec.Size size = new LatencySpec.Size(1, 32);
    LatencyTimes all = new LatencyTimes(times, times, Map.of("lora", times), 10, true);
    List<LatencyTimes> processes = Collections.nCopies(3, all);
    return new LatencyResult(
        size,
        new LatencyField("model", "cpu", Precision.FLOAT32, Optional.empty(), List.of()),
        processes.stream().map(each -> new ProcessTimes(size, each, Map.of())).toList(),
        List.of(),
        LatencyComparison.of(processes, 3, 0.05));
  }
}
