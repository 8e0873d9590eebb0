package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.forgetting.ForgettingMeter;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.forgetting.GeneralText;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.latency.LatencyRun;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Demand;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.LocalExecutors;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.model.Model;
import dev.graft.parts.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs studies: each trial where the executor runs it, and then the latency measurement in
 * processes of its own. Trials whose results are stored already don't run again.
 */
public final class StudyRunner {
  private static final boolean FINISHED = true;

  private final Methods methods;
  private final Parts<TrialExecutors> executors;
  private final Stores stores;

  /** A runner that checks studies against these methods; the processes find their own. */
  public StudyRunner(Methods methods, Parts<TrialExecutors> executors, Stores stores) {
    this.methods = methods;
    this.executors = executors;
    this.stores = stores;
  }

  /**
   * Checks all that can be wrong with a study before anything runs.
   *
   * @return its arms by name
   * @throws GraftException if the model, the task or a method can't be used
   */
  public Map<String, CheckedArm> check(Study study) {
    Map<String, HostShape> hosts = new LinkedHashMap<>();
    Map<String, Labelling> tasks = new LinkedHashMap<>();
    Map<String, CheckedArm> checked = new LinkedHashMap<>();
    PlannedSteps planned = new PlannedSteps(model -> ModelDirectory.of(model).path());
    study
        .arms()
        .forEach(
            (name, arm) -> {
              HostShape host = hosts.computeIfAbsent(arm.model(), model -> host(arm));
              Labelling objective =
                  tasks.computeIfAbsent(arm.task(), task -> new Labelling(TaskFinder.open(task)));
              checked.put(
                  name, CheckedArm.of(arm, host, objective, study.tuning(), methods, planned));
            });
    study.forgetting().ifPresent(spec -> require(spec, checked.values()));
    return checked;
  }

  private static void require(ForgettingSpec spec, Collection<CheckedArm> arms) {
    GeneralText.of(spec);
    List<CheckedArm> measured =
        arms.stream().filter(checked -> !checked.arm().untrained()).toList();
    measured.stream()
        .map(checked -> checked.arm().model())
        .distinct()
        .forEach(model -> ForgettingMeter.require(spec, ModelDirectory.of(model)));
    measured.forEach(checked -> ForgettingMeter.require(spec, checked.stack()));
  }

  private static HostShape host(Arm arm) {
    ModelDirectory directory = ModelDirectory.of(arm.model());
    HostShape host = Model.check(directory);
    Tokenizer.open(directory.path(), arm.recipe().maxLength()).close();
    return host;
  }

  /** How many trials a study has at most. */
  public static int trials(Study study, Map<String, CheckedArm> arms) {
    return study.arms().size() * study.seeds().size()
        + arms.values().stream()
            .mapToInt(arm -> Rungs.of(study.tuning(), arm.steps()).trials())
            .sum();
  }

  /**
   * Runs what is not stored yet, and returns all.
   *
   * @param declared its file, with all defaults
   * @param options how trials are run
   * @param output the folder; made if it is missing
   * @param address of the store; that of the folder if absent
   * @throws GraftException if the study can't begin, or the folder can't be used; a trial that
   *     fails is an outcome
   */
  public StudyResult run(
      Study study,
      String declared,
      ExecutorOptions options,
      Path output,
      Optional<String> address,
      StudyListener listener) {
    Parts.Installed<TrialExecutors> place =
        executors.getInstalled(options.executor().orElse(LocalExecutors.NAME));
    Map<String, CheckedArm> checked = check(study);
    StudyFolder folder = new StudyFolder(output.toAbsolutePath().normalize());
    OutputFolder.create(folder.path());
    int most = trials(study, checked);
    List<Demand> demands =
        checked.values().stream().map(arm -> Demand.of(arm.arm(), arm.stack())).toList();
    CheckedExecutor executor = CheckedExecutor.open(place, options, most, demands);
    InputsFinder inputs = new InputsFinder(methods, folder);
    try (TrialStore store = stores.open(address, folder)) {
      StudyRecord record = StudyRecord.begin(store, folder, study, declared);
      List<ArmOutcome> arms;
      try (Trials trials = new Trials(store, record, inputs, executor, folder, listener)) {
        listener.began(most, executor.slots());
        arms = outcomes(study, checked, trials);
      }
      LatencyRun.Times times = timed(study, arms, folder, listener);
      record.end(times.found(), times.failure());
      return new StudyResult(study, arms, times.found(), times.failure(), FINISHED);
    }
  }

  private static List<ArmOutcome> outcomes(
      Study study, Map<String, CheckedArm> checked, Trials trials) {
    Map<String, Tuner.Choice> choices =
        study.tuning().map(tuning -> new Tuner(tuning, trials).tune(checked)).orElse(Map.of());
    Optional<GeneralText> general = study.forgetting().map(GeneralText::of);
    Map<String, List<TrialSpec>> asked = new LinkedHashMap<>();
    Map<String, Arm> chosen = new LinkedHashMap<>(study.arms());
    choices.forEach((name, choice) -> choice.best().ifPresent(arm -> chosen.put(name, arm)));
    chosen.forEach(
        (name, arm) -> {
          boolean isLost = choices.containsKey(name) && choices.get(name).best().isEmpty();
          asked.put(
              name,
              (isLost ? List.<Long>of() : study.seeds())
                  .stream().map(seed -> TrialSpec.reported(arm, seed).on(general)).toList());
        });
    List<ArmOutcome> arms = new ArrayList<>();
    trials
        .submit(asked)
        .forEach(
            (name, those) ->
                arms.add(
                    new ArmOutcome(
                        name,
                        chosen.get(name),
                        choices.containsKey(name) ? choices.get(name).trials() : List.of(),
                        those.stream().map(Trials::of).toList())));
    return arms;
  }

  private LatencyRun.Times timed(
      Study study, List<ArmOutcome> arms, StudyFolder folder, StudyListener listener) {
    if (study.latency().isEmpty()) {
      return new LatencyRun.Times(List.of(), Optional.empty());
    }
    listener.timingStarted();
    return new Timing(study.latency().get(), folder, methods).of(arms, listener);
  }
}
