package dev.graft.harness.report.page;

import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.latency.ProcessTimes;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.measure.gpu.DeviceCost;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.measure.latency.LatencyComparison;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.harness.report.comparison.Studies;
import dev.graft.harness.study.ArmNames;
import dev.graft.harness.study.ArmOutcome;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.training.Rates;
import dev.graft.harness.training.TrainingSteps;
import dev.graft.harness.training.Validation;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.methods.Methods;
import dev.graft.program.Precision;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A study of sixty arms with five seeds, tuned, and timed at several sizes. */
final class ManyArms {
  private static final int EXAMPLES = 400;
  private static final List<Long> SEEDS = List.of(1L, 2L, 3L, 4L, 5L);
  private static final int STEPS = 2000;
  private static final int BUDGET = 16;

  private final Random random = new Random(7);

  private ManyArms() {}

  static StudyResult study() {
    return new ManyArms().made();
  }

  /** Methods by the number that they train of each unit of their size, and those sizes. */
  private static Map<String, Long> arms() {
    Map<String, Long> arms = new LinkedHashMap<>();
    arms.put("full", 22_565_376L);
    for (String targets : List.of("query+value", "query", "value", "all-linear")) {
      int sites = targets.contains("+") ? 2 : targets.equals("all-linear") ? 6 : 1;
      for (int rank : new int[] {1, 2, 4, 8, 16, 32, 64, 128}) {
        String written = targets.contains("+") ? "[" + targets.replace('+', ',') + "]" : targets;
        arms.put("lora:rank=" + rank + ",targets=" + written, 4608L * sites * rank);
      }
    }
    for (String method : List.of("houlsby", "lin", "pfeiffer")) {
      for (int bottleneck : new int[] {4, 8, 16, 32, 64, 128}) {
        arms.put(method + ":bottleneck=" + bottleneck, 9216L * bottleneck);
      }
    }
    for (int tokens : new int[] {2, 4, 8, 16, 32, 64}) {
      arms.put("prefix-tuning:virtual-tokens=" + tokens, 4608L * tokens);
    }
    arms.put("bitfit", 55_000L);
    arms.put("vera", 18_000L);
    arms.put("head-only", 0L);
    return arms;
  }

  private StudyResult made() {
    Map<Arm, Long> parameters = new LinkedHashMap<>();
    arms().forEach((method, count) -> parameters.put(Studies.spec(method, 1, false).arm(), count));
    Map<String, Arm> names = ArmNames.of(List.copyOf(parameters.keySet()), Methods.installed());
    double[] difficulties = random.doubles(EXAMPLES).toArray();
    List<ArmOutcome> outcomes = new ArrayList<>();
    names.forEach(
        (name, arm) -> {
          long count = parameters.get(arm);
          double skill =
              0.8 + 0.13 * (1 - Math.exp(-count / 60_000.0)) + random.nextGaussian() / 300;
          List<Outcome> trials = new ArrayList<>();
          List<Arm> tried = IntStream.range(0, BUDGET).mapToObj(i -> at(arm, rate())).toList();
          for (long seed : SEEDS) {
            trials.add(trial(TrialSpec.reported(tried.get(0), seed), count, skill, difficulties));
          }
          List<Outcome> tuning = new ArrayList<>();
          for (int i = 0; i < BUDGET; i++) {
            tuning.add(
                trial(
                    TrialSpec.tuning(tried.get(i), 1),
                    count,
                    skill - Math.abs(random.nextGaussian()) / 12,
                    difficulties));
          }
          outcomes.add(new ArmOutcome(name, tried.get(0), tuning, trials));
        });
    Study study =
        new Study(
            Optional.of("Sixty ways to tune"),
            names,
            "full",
            SEEDS,
            Optional.of(new Tuning(BUDGET, Tuning.Search.RANDOM, Optional.empty(), 1)),
            Optional.empty(),
            Optional.of(LatencySpec.DEFAULT));
    List<LatencyResult> latency =
        LatencySpec.grid(List.of(1, 16), List.of(32, 128)).stream()
            .map(size -> latency(size, List.copyOf(names.keySet())))
            .toList();
    return new StudyResult(study, outcomes, latency, Optional.empty(), true);
  }

  private static Arm at(Arm arm, double rate) {
    return arm.withRecipe(arm.recipe().withRates(new Rates(List.of(rate), Optional.of(0.005))));
  }

  /** From 0.0001 to 0.01, to three digits. */
  private double rate() {
    double rate = Math.pow(10, -4 + 2 * random.nextDouble());
    return new BigDecimal(rate).round(new MathContext(3)).doubleValue();
  }

  private TrialResult trial(TrialSpec spec, long count, double skill, double[] difficulties) {
    List<Boolean> isRight =
        IntStream.range(0, EXAMPLES)
            .mapToObj(i -> difficulties[i] + random.nextGaussian() / 30 < skill)
            .toList();
    TrialResult trial = Studies.trial(spec, count, isRight, 1);
    double floor = 1.2 - skill;
    List<Double> losses =
        IntStream.range(0, STEPS)
            .mapToObj(i -> floor + 0.5 * Math.exp(-i / 300.0) + random.nextGaussian() / 50)
            .toList();
    List<Validation> validations =
        IntStream.rangeClosed(1, 10)
            .mapToObj(i -> new Validation(200 * i, skill - 0.2 * Math.exp(-i / 2.0)))
            .toList();
    return new TrialResult(
        trial.spec(),
        trial.counts(),
        new TrainingSteps(30 + count / 500_000.0, losses, validations, STEPS),
        Map.of(StandardMetric.ACCURACY, skill),
        trial.test(),
        trial.memory(),
        trial.checkpointBytes(),
        trial.checkpoint(),
        trial.merging(),
        trial.forgetting(),
        trial.provenance(),
        trial.costs(),
        trial.peaks(),
        trial.graphs());
  }

  private LatencyResult latency(LatencySpec.Size size, List<String> names) {
    List<LatencyTimes> processes =
        IntStream.range(0, 3).mapToObj(process -> times(size, names)).toList();
    return new LatencyResult(
        size,
        new LatencyField("model", "gpu", Precision.FLOAT32, Optional.empty(), List.of()),
        processes.stream().map(each -> new ProcessTimes(size, each, onDevice(size))).toList(),
        List.of(),
        LatencyComparison.of(processes, 3, 0.05));
  }

  /** Of one process, for which each program was compiled once more. */
  private LatencyTimes times(LatencySpec.Size size, List<String> names) {
    Map<String, List<Double>> arms = new LinkedHashMap<>();
    for (String name : names) {
      boolean isLora = name.startsWith("lora");
      double cost = isLora || name.startsWith("lin") ? 0.25 : name.startsWith("full") ? 0 : 0.12;
      arms.put(name, times(size, compiled() + cost / Math.sqrt(size.rows())));
      if (isLora) {
        arms.put(name + " merged", times(size, compiled()));
      }
    }
    return new LatencyTimes(times(size, 1), times(size, compiled()), arms, 10, true);
  }

  private double compiled() {
    return 1 + random.nextGaussian() / 1000;
  }

  /** One row leaves the device idle while kernels are launched, many keep it busy. */
  private static Map<String, DeviceCost> onDevice(LatencySpec.Size size) {
    Reading milliseconds = found((size.rows() == 1 ? 0.3 : 0.95) * milliseconds(size));
    return Map.of(
        ProcessTimes.BASE, new DeviceCost(milliseconds, found(180), Reading.none("no counter")));
  }

  private static Reading found(double value) {
    return new Reading(Optional.of(value), "");
  }

  private static double milliseconds(LatencySpec.Size size) {
    return 0.1 * size.rows() * size.length();
  }

  private List<Double> times(LatencySpec.Size size, double factor) {
    double base = milliseconds(size);
    return DoubleStream.generate(() -> base * factor * (1 + random.nextGaussian() / 60))
        .limit(40)
        .boxed()
        .toList();
  }
}
