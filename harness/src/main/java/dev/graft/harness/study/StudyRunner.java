package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Machine;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.store.Json;
import dev.graft.harness.store.JsonLines;
import dev.graft.harness.store.OutputFolder;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Model;
import dev.graft.transformer.Stack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs studies: each trial in a process of its own, one after the other, and then the latency
 * measurement in another. Trials whose results a folder holds already don't run again.
 */
public final class StudyRunner {
  private final Methods methods;

  /** A runner that checks studies against these methods; the processes find their own. */
  public StudyRunner(Methods methods) {
    this.methods = methods;
  }

  /**
   * Checks all that can be wrong with a study before anything runs.
   *
   * @throws GraftException if the model, the task or a method can't be used
   */
  public void check(Study study) {
    Map<String, HostShape> hosts = new LinkedHashMap<>();
    Map<String, Labelling> tasks = new LinkedHashMap<>();
    for (TrialSpec spec : study.trials()) {
      HostShape host =
          hosts.computeIfAbsent(
              spec.model(),
              name -> {
                ModelDirectory directory = ModelDirectory.of(name);
                HostShape checked = Model.check(directory);
                Tokenizer.open(directory.path(), spec.recipe().maxLength()).close();
                return checked;
              });
      Labelling objective =
          tasks.computeIfAbsent(spec.task(), name -> new Labelling(TaskFinder.open(name)));
      objective.requireTest();
      Stack.of(host, StackSpec.parse(spec.method(), methods), objective.head(host));
    }
  }

  /**
   * Runs what a folder does not hold yet, and returns all.
   *
   * @param output the folder; made if it is missing
   * @throws GraftException if the study can't begin, or the folder can't be used; a trial that
   *     fails is an outcome
   */
  public StudyResult run(Study study, Path output, StudyListener listener) {
    check(study);
    StudyFolder folder = new StudyFolder(output.toAbsolutePath().normalize());
    OutputFolder.create(folder.path());
    Machine machine = Machine.now();
    List<Outcome> outcomes = new ArrayList<>();
    try (JsonLines<StoredTrial> store = JsonLines.open(folder.trials(), StoredTrial.class)) {
      for (int i = 0; i < study.trials().size(); i++) {
        TrialSpec spec = study.trials().get(i);
        Optional<TrialResult> stored = stored(spec, store, folder);
        if (stored.isPresent()) {
          outcomes.add(stored.get());
        } else {
          listener.started(i, spec);
          outcomes.add(runTrial(spec, folder, machine, listener));
          store.append(StoredTrial.of(outcomes.get(i)));
        }
        listener.ended(i, outcomes.get(i), stored.isPresent());
      }
    }
    return study.latency().isEmpty()
        ? new StudyResult(study, outcomes, List.of(), Optional.empty())
        : timed(study, outcomes, folder, machine, listener);
  }

  private static Optional<TrialResult> stored(
      TrialSpec spec, JsonLines<StoredTrial> store, StudyFolder folder) {
    return store.records().stream()
        .flatMap(trial -> trial.result().stream())
        .filter(result -> result.spec().equals(spec))
        .filter(result -> Files.isDirectory(folder.path().resolve(result.checkpoint())))
        .reduce((earlier, later) -> later);
  }

  private static Outcome runTrial(
      TrialSpec spec, StudyFolder folder, Machine machine, StudyListener listener) {
    JobFolder job = new JobFolder(folder.trial(spec));
    job.prepare(spec);
    if (spec.untrained()) {
      // Here and not in the trial's process, whose memory is measured.
      Trial.model(spec, folder);
    }
    int exitCode =
        ChildJvm.run(Trial.class, job, machine, progress -> listener.progressed(spec, progress));
    return exitCode == 0
        ? Json.read(job.result(), TrialResult.class)
        : new TrialFailure(spec, job.reason(exitCode), folder.relative(job.log()));
  }

  /** Times the first seed of every method on the pretrained host. */
  private static StudyResult timed(
      Study study,
      List<Outcome> outcomes,
      StudyFolder folder,
      Machine machine,
      StudyListener listener) {
    Map<String, String> checkpoints = new LinkedHashMap<>();
    TrialSpec first = null;
    for (Outcome outcome : outcomes) {
      if (outcome instanceof TrialResult result && !result.spec().untrained()) {
        first = first == null ? result.spec() : first;
        checkpoints.putIfAbsent(
            result.spec().method(), folder.path().resolve(result.checkpoint()).toString());
      }
    }
    if (first == null) {
      return new StudyResult(
          study, outcomes, List.of(), Optional.of("No trial has left anything to be timed."));
    }
    listener.timingStarted();
    JobFolder job = new JobFolder(folder.timing());
    job.prepare(
        new LatencyJob(
            first.model(), first.device(), first.precision(), study.latency().get(), checkpoints));
    int exitCode = ChildJvm.run(LatencyJob.class, job, machine, listener::timed);
    if (exitCode != 0) {
      return new StudyResult(study, outcomes, List.of(), Optional.of(job.reason(exitCode)));
    }
    List<LatencyResult> results = Json.read(job.result(), LatencyJob.Results.class).sizes();
    try (JsonLines<LatencyResult> store = JsonLines.open(folder.latency(), LatencyResult.class)) {
      results.forEach(store::append);
    }
    return new StudyResult(study, outcomes, results, Optional.empty());
  }
}
