package dev.graft.harness.study;

import dev.graft.harness.json.Json;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import java.nio.file.Path;
import java.util.Optional;

/** A study in a process that can be killed: it says which trials begin and end. */
public final class StudyProcess {
  private StudyProcess() {}

  /**
   * Runs it.
   *
   * @param args a file with the study, and the folder for its output
   */
  public static void main(String[] args) {
    new Harness()
        .studyRunner()
        .run(
            Json.read(Path.of(args[0]), Study.class),
            "",
            new ExecutorOptions(Optional.empty(), Optional.of(2), Optional.empty()),
            Path.of(args[1]),
            Optional.empty(),
            new StudyListener() {
              @Override
              public void started(int index, String arm, TrialSpec trial) {
                System.out.println("started " + arm + " " + trial.seed());
              }

              @Override
              public void ended(int index, String arm, Outcome outcome, boolean stored) {
                String what =
                    outcome instanceof TrialFailure ? "failed" : stored ? "stored" : "ended";
                System.out.println(what + " " + arm + " " + outcome.spec().seed());
              }
            });
  }
}
