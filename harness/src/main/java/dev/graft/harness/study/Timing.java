package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.LockFile;
import dev.graft.harness.latency.LatencyArm;
import dev.graft.harness.latency.LatencyField;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencyRun;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialResult;
import dev.graft.methods.Methods;
import dev.graft.program.Device;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times what trials have left: the first seed of every arm on the pretrained host, those that have
 * a host in common together.
 */
final class Timing {
  /** What arms must share to be timed against one base. */
  private record Base(
      String model, String task, String device, String precision, Device.Capture capture) {
    static Base of(Arm arm) {
      return new Base(
          arm.model(),
          arm.task(),
          arm.device(),
          arm.precision().toString(),
          arm.recipe().capture());
    }
  }

  private final LatencySpec spec;
  private final StudyFolder folder;
  private final Methods methods;

  Timing(LatencySpec spec, StudyFolder folder, Methods methods) {
    this.spec = spec;
    this.folder = folder;
    this.methods = methods;
  }

  /** Another process that times in the same folder is waited for. */
  @SuppressWarnings("try") // it is reserved for as long as the jobs take
  LatencyRun.Times of(List<ArmOutcome> arms, StudyListener listener) {
    Map<Base, List<ArmOutcome>> groups = new LinkedHashMap<>();
    arms.stream()
        .filter(arm -> !arm.arm().untrained() && !arm.results().isEmpty())
        .forEach(
            arm -> groups.computeIfAbsent(Base.of(arm.arm()), base -> new ArrayList<>()).add(arm));
    if (groups.isEmpty()) {
      return new LatencyRun.Times(
          List.of(), Optional.of("No trial has left anything to be timed."));
    }
    JobFolder job = new JobFolder(folder.timing());
    try (LockFile reserved = job.reserve(() -> listener.timingWaits(job.path()))) {
      return run(groups.values(), job, listener);
    }
  }

  private LatencyRun.Times run(
      Collection<List<ArmOutcome>> groups, JobFolder job, StudyListener listener) {
    List<LatencyResult> found = new ArrayList<>();
    Optional<String> failure = Optional.empty();
    for (List<ArmOutcome> group : groups) {
      Optional<String> earlier = failure;
      LatencyRun.Times times = new LatencyRun(field(group), spec, job).times(listener::timed);
      found.addAll(times.found());
      failure = times.failure().or(() -> earlier);
    }
    Optional<String> change = change(groups);
    return change.isPresent()
        ? new LatencyRun.Times(List.of(), change)
        : new LatencyRun.Times(found, failure);
  }

  /**
   * What is no longer what was trained: the times would be of that, and the rest of the table not.
   */
  private Optional<String> change(Collection<List<ArmOutcome>> groups) {
    InputsFinder now = new InputsFinder(methods, folder);
    try {
      groups.forEach(
          group ->
              group.forEach(
                  arm -> {
                    TrialResult trained = arm.results().get(0);
                    trained
                        .provenance()
                        .identity()
                        .require(now.of(trained.spec().unbound()).identity());
                  }));
      return Optional.empty();
    } catch (GraftException e) {
      return Optional.of(e.getMessage());
    }
  }

  private LatencyField field(List<ArmOutcome> group) {
    List<LatencyArm> arms =
        group.stream()
            .map(arm -> LatencyArm.saved(arm.name(), checkpoint(arm.results().get(0))))
            .toList();
    Arm first = group.get(0).arm();
    return new LatencyField(
        first.model(),
        first.device(),
        first.precision(),
        Optional.of(first.recipe().capture()),
        arms);
  }

  private String checkpoint(TrialResult trial) {
    return folder.path().resolve(trial.checkpoint()).toString();
  }
}
