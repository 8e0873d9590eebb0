package dev.graft.harness.study.forecast;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.files.Folders;
import dev.graft.harness.forgetting.ForgettingMeter;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.forgetting.GeneralText;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.Overview;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.study.CheckedArm;
import dev.graft.harness.study.PlannedSteps;
import dev.graft.harness.study.Rungs;
import dev.graft.harness.study.Study;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Demand;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.model.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a study will take, at most.
 *
 * @param tasks what was understood of the data, before any text was tokenised
 * @param general what forgetting is measured on, if it is
 */
public record StudyForecast(
    List<ArmForecast> arms, List<Overview> tasks, Optional<General> general) {
  /**
   * A text.
   *
   * @param passages that it has
   * @param unseen models of which it is seen only when they are downloaded whether they can be
   *     asked
   */
  public record General(ForgettingSpec spec, int passages, List<String> unseen) {}

  public StudyForecast {
    arms = List.copyOf(arms);
    tasks = List.copyOf(tasks);
  }

  /**
   * A forecast without times.
   *
   * @param hosts the shape of a model
   * @param folders where a model's tokenizer is; asked only where batches are filled by tokens
   * @throws dev.graft.GraftException if a task can't be read, or a method does not fit its host
   */
  public static StudyForecast of(
      Study study,
      Function<String, HostShape> hosts,
      Function<String, Path> folders,
      Methods methods) {
    Map<String, HostShape> shapes = new HashMap<>();
    Map<String, Labelling> tasks = new LinkedHashMap<>();
    List<ArmForecast> arms = new ArrayList<>();
    List<CheckedArm> measured = new ArrayList<>();
    PlannedSteps planned = new PlannedSteps(folders);
    study
        .arms()
        .forEach(
            (name, arm) -> {
              HostShape host = shapes.computeIfAbsent(arm.model(), hosts);
              Labelling task =
                  tasks.computeIfAbsent(arm.task(), text -> new Labelling(TaskFinder.open(text)));
              CheckedArm checked = CheckedArm.of(arm, host, task, study.tuning(), methods, planned);
              arms.add(of(name, checked, study));
              if (!arm.untrained()) {
                measured.add(checked);
              }
            });
    return new StudyForecast(
        arms,
        tasks.values().stream().map(Overview::of).toList(),
        study.forgetting().map(spec -> general(spec, measured)));
  }

  private static General general(ForgettingSpec spec, List<CheckedArm> arms) {
    int passages = GeneralText.count(spec);
    arms.forEach(checked -> ForgettingMeter.require(spec, checked.stack()));
    List<String> unseen = new ArrayList<>();
    for (String model : arms.stream().map(each -> each.arm().model()).distinct().toList()) {
      if (Files.isDirectory(Folders.named(model))) {
        ForgettingMeter.require(spec, ModelDirectory.of(model));
      } else {
        unseen.add(model);
      }
    }
    return new General(spec, passages, unseen);
  }

  private static ArmForecast of(String name, CheckedArm checked, Study study) {
    Plan plan = Demand.plan(checked.arm(), checked.stack());
    return new ArmForecast(
        name,
        checked.arm(),
        plan.methodParameters(),
        plan.headParameters(),
        plan.trainingBytes(Demand.kernels(checked.arm())),
        plan.forwardFlops(),
        checked.steps(),
        Rungs.of(study.tuning(), checked.steps()),
        study.seeds().size(),
        Optional.empty());
  }

  /**
   * The same with times. Of arms that differ in their methods alone one is measured, and the others
   * take as much longer as they have operations more.
   *
   * @param rate the seconds that a step of an arm takes
   */
  public StudyForecast timed(Function<Arm, Double> rate) {
    Map<Arm, Double> seconds = new HashMap<>();
    return new StudyForecast(
        arms.stream()
            .map(
                each ->
                    each.at(
                        seconds.computeIfAbsent(
                            each.arm().withMethod(""),
                            frame -> rate.apply(each.arm()) / each.flops())))
            .toList(),
        tasks,
        general);
  }

  /** How many trials run. */
  public int trials() {
    return arms.stream().mapToInt(ArmForecast::trials).sum();
  }

  /** How many of them settings are chosen by. */
  public int tuning() {
    return arms.stream().mapToInt(arm -> arm.tuning().trials()).sum();
  }

  /** The steps that all of them train. */
  public long steps() {
    return arms.stream().mapToLong(ArmForecast::allSteps).sum();
  }

  /** The seconds of all of these, one after the other, if some were measured. */
  public Optional<Double> seconds() {
    return arms.stream()
        .map(ArmForecast::allSeconds)
        .reduce(Optional.of(0.0), (sum, next) -> sum.flatMap(s -> next.map(n -> s + n)));
  }
}
