package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.store.Damaged;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.Stage;
import dev.graft.harness.trial.StudyFolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A study in its store: what it asks for is noted while it runs, and read when it is shown. */
public final class StudyRecord {
  private final TrialStore store;
  private final StudyFolder folder;
  private final StudyStore.Begun begun;

  private StudyRecord(TrialStore store, StudyFolder folder, StudyStore.Begun begun) {
    this.store = store;
    this.folder = folder;
    this.begun = begun;
  }

  /** Notes that a run of a study begins. */
  static StudyRecord begin(TrialStore store, StudyFolder folder, Study study, String declared) {
    StudyStore.KeptStudy kept = new StudyStore.KeptStudy(study.name(), declared, Json.line(study));
    return new StudyRecord(store, folder, store.studies().begin(kept, folder));
  }

  /**
   * The study that was begun last in a folder. Where the folder was moved, and no other has a study
   * in the store, that is the last one of the store.
   *
   * @throws GraftException if there is none
   */
  public static StudyRecord latest(TrialStore store, StudyFolder folder) {
    List<StudyStore.Begun> all = store.studies().begun();
    List<String> outputs = all.stream().map(StudyStore.Begun::output).distinct().toList();
    String here = folder.path().toString();
    String output = outputs.size() == 1 ? outputs.get(0) : here;
    StudyStore.Begun latest =
        all.stream()
            .filter(begun -> begun.output().equals(output))
            .reduce((earlier, later) -> later)
            .orElseThrow(
                () ->
                    GraftException.input("The store has no study of the folder %s.", here)
                        .expected("the folder of a study that was run by this version of Graft")
                        .found(
                            outputs.isEmpty()
                                ? "no study at all"
                                : "studies of " + String.join(", ", outputs))
                        .remedy(
                            "trials of an earlier version are listed by graft runs, and kept by"
                                + " running the study again: none that is stored is trained again"));
    return new StudyRecord(store, folder, latest);
  }

  /** Notes trials that the run asks for, and gives what is stored of them, by their keys. */
  Map<String, Outcome> ask(List<StudyStore.Asked> trials) {
    store.studies().ask(begun.run(), trials);
    return outcomes(trials);
  }

  private Map<String, Outcome> outcomes(List<StudyStore.Asked> trials) {
    return store.outcomes(trials.stream().map(StudyStore.Asked::key).distinct().toList(), folder);
  }

  /** Notes that all its trials have ended. */
  void end(List<LatencyResult> latency, Optional<String> latencyFailure) {
    store.studies().end(begun.run(), latency, latencyFailure);
  }

  /** Its file, with all defaults. */
  public String declared() {
    return begun.study().declared();
  }

  /**
   * All of it that is stored.
   *
   * @throws GraftException if it is not as it was written
   */
  public StudyResult result() {
    Study study = study();
    StudyStore.Contents contents = store.studies().contents(begun.run());
    Map<String, Outcome> outcomes = outcomes(contents.trials());
    Map<String, List<Outcome>> found = new HashMap<>();
    for (StudyStore.Asked asked : contents.trials()) {
      if (!study.arms().containsKey(asked.arm())) {
        throw Damaged.study(
            store.name(), begun.id(), "a trial of '%s', no arm of it".formatted(asked.arm()));
      }
      Outcome outcome = outcomes.get(asked.key());
      if (outcome != null) {
        found.computeIfAbsent(asked.arm(), arm -> new ArrayList<>()).add(outcome);
      }
    }
    List<ArmOutcome> arms = new ArrayList<>();
    study
        .arms()
        .forEach((name, arm) -> arms.add(outcome(name, arm, found.getOrDefault(name, List.of()))));
    return new StudyResult(
        study,
        arms,
        contents.end().map(StudyStore.End::latency).orElse(List.of()),
        contents.end().flatMap(StudyStore.End::latencyFailure),
        contents.end().isPresent());
  }

  private Study study() {
    try {
      return Json.read(begun.study().record(), Study.class);
    } catch (IllegalArgumentException e) {
      throw Damaged.study(store.name(), begun.id(), e.getMessage()).causedBy(e);
    }
  }

  private static ArmOutcome outcome(String name, Arm arm, List<Outcome> found) {
    Map<Stage, List<Outcome>> stages =
        found.stream().collect(Collectors.groupingBy(outcome -> outcome.spec().stage()));
    List<Outcome> reported = stages.getOrDefault(Stage.FINAL, List.of());
    return new ArmOutcome(
        name,
        reported.isEmpty() ? arm : reported.get(0).spec().arm(),
        stages.getOrDefault(Stage.TUNING, List.of()),
        reported);
  }
}
