package dev.graft.harness.trial;

import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Machine;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import java.util.function.Consumer;

/** Runs each trial in a process of its own on this machine, one after the other. */
public final class LocalProcesses implements TrialExecutor {
  private final Machine machine = Machine.now();

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public Outcome run(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener) {
    JobFolder job = new JobFolder(folder.trial(spec));
    job.prepare(spec);
    if (spec.arm().untrained()) {
      // Here and not in the trial's process, whose memory is measured.
      Trial.model(spec, folder);
    }
    int exitCode = ChildJvm.run(Trial.class, job, machine, listener);
    return exitCode == 0
        ? Json.read(job.result(), TrialResult.class)
        : new TrialFailure(spec, job.reason(exitCode), folder.relative(job.log()));
  }
}
