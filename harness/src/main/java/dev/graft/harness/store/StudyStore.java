package dev.graft.harness.store;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import java.util.List;
import java.util.Optional;

/** Keeps what was compared: the studies, which trials each asked for, and how it was timed. */
public interface StudyStore {
  /**
   * Begins a run of a study, which is the one that was begun last in its folder, or a new one.
   *
   * @return it, with the number of this run
   */
  Begun begin(KeptStudy study, StudyFolder folder);

  /**
   * Notes trials that a run asks for, equal ones as often as it does.
   *
   * @param run its number
   */
  void ask(long run, List<Asked> trials);

  /**
   * Notes that all trials of a run have ended, with its latency measurements.
   *
   * @param run its number
   * @param failure why latency is missing although it was asked for
   */
  void end(long run, List<LatencyResult> latency, Optional<String> failure);

  /** All studies, in the order in which they were begun. */
  List<Begun> begun();

  /**
   * All that is stored of a run.
   *
   * @param run its number
   */
  Contents contents(long run);

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
   * @param id its number
   * @param stored when
   * @param output the folder of its results
   * @param run the number of the run that tells most of it: the last that saw its end, or else the
   *     one that came furthest
   */
  record Begun(long id, String stored, String output, KeptStudy study, long run) {}

  /**
   * A trial that a run asks for.
   *
   * @param arm that it is for
   * @param key as {@link TrialInputs#key} gives it
   */
  record Asked(String arm, String key) {}

  /**
   * What is stored of a run.
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
   * How a run ended.
   *
   * @param latencyFailure why latency is missing although it was asked for
   */
  record End(List<LatencyResult> latency, Optional<String> latencyFailure) {
    public End {
      latency = List.copyOf(latency);
    }
  }
}
