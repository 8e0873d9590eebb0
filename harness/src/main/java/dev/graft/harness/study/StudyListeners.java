package dev.graft.harness.study;

import dev.graft.harness.job.Progress;
import dev.graft.harness.store.Owner;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialSpec;
import java.nio.file.Path;
import java.util.List;

/** Several that hear the same, in their order. */
public record StudyListeners(List<StudyListener> all) implements StudyListener {
  public StudyListeners {
    all = List.copyOf(all);
  }

  @Override
  public void began(int trials, int slots) {
    all.forEach(each -> each.began(trials, slots));
  }

  @Override
  public void started(int index, String arm, TrialSpec trial) {
    all.forEach(each -> each.started(index, arm, trial));
  }

  @Override
  public void waiting(int index, String arm, TrialSpec trial, Owner owner) {
    all.forEach(each -> each.waiting(index, arm, trial, owner));
  }

  @Override
  public void progressed(int index, TrialSpec trial, Progress progress) {
    all.forEach(each -> each.progressed(index, trial, progress));
  }

  @Override
  public void ended(int index, String arm, Outcome outcome, boolean stored) {
    all.forEach(each -> each.ended(index, arm, outcome, stored));
  }

  @Override
  public void troubled(String what) {
    all.forEach(each -> each.troubled(what));
  }

  @Override
  public void timingStarted() {
    all.forEach(StudyListener::timingStarted);
  }

  @Override
  public void timingWaits(Path folder) {
    all.forEach(each -> each.timingWaits(folder));
  }

  @Override
  public void timed(Progress progress) {
    all.forEach(each -> each.timed(progress));
  }
}
