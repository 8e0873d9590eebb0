package dev.graft.harness.store;

import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Keeps what came of trials, for good. Several processes and threads may use one store. */
public interface TrialStore extends AutoCloseable {
  /**
   * Asks for a trial. If another process works on it this waits for what comes of it there.
   *
   * @param folder of the study that asks
   * @param waiting hears, at most once, who works on it
   */
  Claim claim(TrialInputs inputs, StudyFolder folder, Consumer<Owner> waiting);

  /**
   * What is stored of many trials at once.
   *
   * @param keys as {@link TrialInputs#key} gives them
   * @param folder of the study that asks
   * @return by key, of each trial its latest result, or else its latest failure; nothing for those
   *     that have neither
   */
  Map<String, Outcome> outcomes(Collection<String> keys, StudyFolder folder);

  /** By which people know it: its file or address, without what may be a password. */
  String name();

  /** The studies that trials were run for. */
  StudyStore studies();

  /** The trials that a filter lets through, in the order in which they were stored. */
  List<StoredRun> runs(RunFilter filter);

  /**
   * What came of one of them.
   *
   * @param id of the run
   */
  Outcome outcome(long id);

  @Override
  void close();
}
