package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Machine;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.store.JsonLines;
import dev.graft.harness.store.LineStore;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Demand;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialExecutor;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Model;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * Runs studies: each trial where the executor runs it, and then the latency measurement in a
 * process of its own. Trials whose results are stored already don't run again.
 */
public final class StudyRunner {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Methods methods;
  private final TrialExecutors executors;

  /** A runner that checks studies against these methods; the processes find their own. */
  public StudyRunner(Methods methods, TrialExecutors executors) {
    this.methods = methods;
    this.executors = executors;
  }

  /**
   * Checks all that can be wrong with a study before anything runs.
   *
   * @return what a trial of each arm needs
   * @throws GraftException if the model, the task or a method can't be used
   */
  public List<Demand> check(Study study) {
    List<Demand> demands = new ArrayList<>();
    Map<String, HostShape> hosts = new LinkedHashMap<>();
    Map<String, Labelling> tasks = new LinkedHashMap<>();
    for (Arm arm : study.arms().values()) {
      HostShape host =
          hosts.computeIfAbsent(
              arm.model(),
              name -> {
                ModelDirectory directory = ModelDirectory.of(name);
                HostShape checked = Model.check(directory);
                Tokenizer.open(directory.path(), arm.recipe().maxLength()).close();
                return checked;
              });
      Labelling objective =
          tasks.computeIfAbsent(arm.task(), name -> new Labelling(TaskFinder.open(name)));
      objective.requireTest();
      demands.add(
          Demand.of(
              arm, Stack.of(host, StackSpec.parse(arm.method(), methods), objective.head(host))));
    }
    return demands;
  }

  /**
   * Runs what is not stored yet, and returns all.
   *
   * @param options how trials are run
   * @param output the folder; made if it is missing
   * @throws GraftException if the study can't begin, or the folder can't be used; a trial that
   *     fails is an outcome
   */
  public StudyResult run(
      Study study, ExecutorOptions options, Path output, StudyListener listener) {
    List<Demand> demands = check(study);
    StudyFolder folder = new StudyFolder(output.toAbsolutePath().normalize());
    OutputFolder.create(folder.path());
    TrialExecutor executor = executors.open(options, study.trials().size(), demands);
    List<ArmOutcome> arms = new ArrayList<>();
    try (TrialStore store = new LineStore(folder);
        Trials trials = new Trials(store, executor, folder, listener)) {
      listener.began(study.trials().size(), executor.slots());
      Map<String, List<Future<Outcome>>> asked = new LinkedHashMap<>();
      study
          .arms()
          .forEach(
              (name, arm) ->
                  asked.put(
                      name,
                      study.seeds().stream()
                          .map(seed -> trials.submit(name, TrialSpec.reported(arm, seed)))
                          .toList()));
      asked.forEach(
          (name, those) ->
              arms.add(
                  new ArmOutcome(
                      name,
                      study.arms().get(name),
                      List.of(),
                      those.stream().map(Trials::of).toList())));
    }
    return study.latency().isEmpty()
        ? new StudyResult(study, arms, List.of(), Optional.empty())
        : timed(study, arms, folder, listener);
  }

  /** Times the first seed of every arm on the pretrained host. */
  private static StudyResult timed(
      Study study, List<ArmOutcome> arms, StudyFolder folder, StudyListener listener) {
    Map<String, String> checkpoints = new LinkedHashMap<>();
    Arm first = null;
    for (ArmOutcome arm : arms) {
      if (!arm.arm().untrained() && !arm.results().isEmpty()) {
        first = first == null ? arm.arm() : first;
        String checkpoint = arm.results().get(0).checkpoint();
        checkpoints.put(arm.name(), folder.path().resolve(checkpoint).toString());
      }
    }
    if (first == null) {
      return new StudyResult(
          study, arms, List.of(), Optional.of("No trial has left anything to be timed."));
    }
    listener.timingStarted();
    JobFolder job = new JobFolder(folder.timing());
    job.prepare(
        new LatencyJob(
            first.model(), first.device(), first.precision(), study.latency().get(), checkpoints),
        PATIENCE);
    Ending ending =
        new ChildJvm(LatencyJob.class, Machine.now(), Optional.empty()).run(job, listener::timed);
    if (!ending.isDone()) {
      return new StudyResult(study, arms, List.of(), Optional.of(ending.reason(job)));
    }
    List<LatencyResult> results = Json.read(job.result(), LatencyJob.Results.class).sizes();
    try (JsonLines<LatencyResult> store = JsonLines.open(folder.latency(), LatencyResult.class)) {
      results.forEach(store::append);
    }
    return new StudyResult(study, arms, results, Optional.empty());
  }
}
