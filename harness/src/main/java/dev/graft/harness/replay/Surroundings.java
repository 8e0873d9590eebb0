package dev.graft.harness.replay;

import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.environment.Environment;
import dev.graft.harness.environment.PluginHashes;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.Trial;
import dev.graft.harness.trial.TrialResult;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a trial depends on beside its spec, then and now. */
public final class Surroundings {
  /** Of the process that a trial runs in, which is not there yet. */
  private static final Set<String> OF_THE_PROCESS = Set.of("process", "parallel", "started");

  private Surroundings() {}

  /** A thing that is not as it was. */
  public record Change(String what, String was, String is) {}

  /**
   * What is not as it was when a trial ran.
   *
   * @param temporary where a host with fresh weights goes, if the trial has one
   */
  public static List<Change> changes(TrialResult trial, Methods methods, StudyFolder temporary) {
    Environment then = trial.provenance();
    String model = Trial.model(trial.spec(), temporary);
    Environment now =
        Environment.of(
            Fingerprint.of(ModelDirectory.of(model).tensors()),
            new Labelling(TaskFinder.open(trial.spec().arm().task())),
            new PluginHashes(methods).of(StackSpec.parse(trial.spec().arm().method(), methods)),
            then.device(),
            Instant.now());
    Map<String, String> found = now.written();
    List<Change> changes = new ArrayList<>();
    then.written()
        .forEach(
            (what, was) -> {
              String is = found.getOrDefault(what, "nothing");
              if (!OF_THE_PROCESS.contains(what) && !was.equals(is)) {
                changes.add(new Change(what, was, is));
              }
            });
    return changes;
  }
}
