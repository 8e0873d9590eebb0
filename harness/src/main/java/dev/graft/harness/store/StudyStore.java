package dev.graft.harness.store;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import java.util.List;
import java.util.Optional;

/** Keeps what was compared: the studies, which trials each asked for, and how it was timed. */
public interface StudyStore {
  /**
   * Begins a study, or goes on with it if it is the one that was begun last in its folder.
   *
   * @return its number
   */
  long begin(KeptStudy study, StudyFolder folder);

  /**
   * Notes trials that a study asks for; those that it has asked for before stay where they are.
   *
   * @param study its number
   */
  void ask(long study, List<Asked> trials);

  /**
   * Notes that all trials of a study have ended, with its latency measurements.
   *
   * @param study its number
   * @param failure why latency is missing although it was asked for
   */
  void end(long study, List<LatencyResult> latency, Optional<String> failure);

  /** All studies, in the order in which they were begun. */
  List<Begun> begun();

  /**
   * All that is stored of a study.
   *
   * @param study its number
   */
  Contents contents(long study);

  /**
   * A study as it is kept.
   *
   * @param name by which people know it, if it has one
   * @param declared its file, with all defaults
   * @param record all of it, as JSON
   */
  record KeptStudy(Optional<String> name, String declared, String record) {}

  /**
   * A study that was begun.
   *
   * @param stored when
   * @param output the folder of its results
   */
  record Begun(long id, String stored, String output, KeptStudy study) {}

  /**
   * A trial that a study asks for.
   *
   * @param arm that it is for
   * @param key as {@link TrialInputs#key} gives it
   */
  record Asked(String arm, String key) {}

  /**
   * What is stored of a study.
   *
   * @param trials in the order in which they were asked for
   * @param end absent while some of them have no outcome yet
   */
  record Contents(List<Asked> trials, Optional<End> end) {
    public Contents {
      trials = List.copyOf(trials);
    }
  }

  /**
   * How a study ended, the last time that it did.
   *
   * @param latencyFailure why latency is missing although it was asked for
   */
  record End(List<LatencyResult> latency, Optional<String> latencyFailure) {
    public End {
      latency = List.copyOf(latency);
    }
  }
}
