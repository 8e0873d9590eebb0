package dev.graft.harness.study;

import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.LockFile;
import dev.graft.harness.job.Machine;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.StudyFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times what trials have left: the first seed of every arm on the pretrained host, those that have
 * a host in common in one process.
 */
final class Timing {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What arms must share to be timed against one base. */
  private record Base(String model, String task, String device, String precision) {
    static Base of(Arm arm) {
      return new Base(arm.model(), arm.task(), arm.device(), arm.precision().toString());
    }
  }

  /**
   * What was found.
   *
   * @param failure why some of it is missing, if it is
   */
  record Times(List<LatencyResult> found, Optional<String> failure) {}

  private final LatencySpec spec;
  private final StudyFolder folder;

  Timing(LatencySpec spec, StudyFolder folder) {
    this.spec = spec;
    this.folder = folder;
  }

  /** Another process that times in the same folder is waited for. */
  @SuppressWarnings("try") // it is reserved for as long as the jobs take
  Times of(List<ArmOutcome> arms, StudyListener listener) {
    Map<Base, List<ArmOutcome>> groups = new LinkedHashMap<>();
    arms.stream()
        .filter(arm -> !arm.arm().untrained() && !arm.results().isEmpty())
        .forEach(
            arm -> groups.computeIfAbsent(Base.of(arm.arm()), base -> new ArrayList<>()).add(arm));
    if (groups.isEmpty()) {
      return new Times(List.of(), Optional.of("No trial has left anything to be timed."));
    }
    JobFolder job = new JobFolder(folder.timing());
    try (LockFile reserved = job.reserve(() -> listener.timingWaits(job.path()))) {
      return run(groups.values(), job, listener);
    }
  }

  private Times run(Collection<List<ArmOutcome>> groups, JobFolder job, StudyListener listener) {
    List<LatencyResult> found = new ArrayList<>();
    Optional<String> failure = Optional.empty();
    for (List<ArmOutcome> group : groups) {
      job.prepare(job(group), PATIENCE);
      Ending ending =
          new ChildJvm(LatencyJob.class, Machine.now(), Optional.empty()).run(job, listener::timed);
      if (ending.isDone()) {
        found.addAll(Json.read(job.result(), LatencyJob.Results.class).sizes());
      } else {
        failure = Optional.of(ending.reason(job));
      }
    }
    return new Times(found, failure);
  }

  private LatencyJob job(List<ArmOutcome> group) {
    Map<String, String> checkpoints = new LinkedHashMap<>();
    for (ArmOutcome arm : group) {
      String checkpoint = arm.results().get(0).checkpoint();
      checkpoints.put(arm.name(), folder.path().resolve(checkpoint).toString());
    }
    Arm first = group.get(0).arm();
    return new LatencyJob(first.model(), first.device(), first.precision(), spec, checkpoints);
  }
}
