package dev.graft.harness.store;

import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.util.List;
import java.util.Optional;

/** Keeps what came of trials, for good. */
public interface TrialStore extends AutoCloseable {
  /** The latest result of a trial, if it has one. */
  Optional<TrialResult> find(TrialSpec spec);

  /** All results, in the order in which they were added. */
  List<TrialResult> results();

  /** Adds an outcome, which is kept from then on. */
  void add(Outcome outcome);

  @Override
  void close();
}
