package dev.graft.harness.replay;

import dev.graft.harness.environment.Environment;
import dev.graft.harness.study.InputsFinder;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialResult;
import dev.graft.methods.Methods;
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
    TrialInputs inputs = new InputsFinder(methods, temporary).of(trial.spec().unbound());
    Environment now =
        Environment.of(
            inputs.identity(),
            then.task(), // the trial's spec names it
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
