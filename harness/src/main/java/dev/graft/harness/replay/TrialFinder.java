package dev.graft.harness.replay;

import dev.graft.GraftException;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds a trial of a study by the name of its folder, by the beginning of it, or by its hash. */
public final class TrialFinder {
  private static final int MOST_LISTED = 10;

  private final StudyFolder folder;
  private final Map<String, TrialResult> trials = new LinkedHashMap<>();

  /** Looks among these results; the last of equal trials counts. */
  public TrialFinder(StudyFolder folder, List<TrialResult> results) {
    this.folder = folder;
    for (TrialResult result : results) {
      trials.put(name(result), result);
    }
  }

  /** The name of a trial's folder, which ends in its hash. */
  public String name(TrialResult result) {
    return folder.trial(result.spec()).getFileName().toString();
  }

  /**
   * The trial that is meant.
   *
   * @throws GraftException if there is none, or more than one
   */
  public TrialResult find(String text) {
    List<String> meant =
        trials.containsKey(text)
            ? List.of(text)
            : trials.keySet().stream().filter(name -> isMeant(name, text)).toList();
    if (meant.size() != 1) {
      throw GraftException.input(
              meant.isEmpty()
                  ? "No trial of %s is called '%s'."
                  : "Several trials of %s are called '%s'.",
              folder.path(),
              text)
          .expected(listed(meant.isEmpty() ? List.copyOf(trials.keySet()) : meant))
          .remedy("the hash at its end is enough");
    }
    return trials.get(meant.get(0));
  }

  private static boolean isMeant(String name, String text) {
    return name.startsWith(text) || name.substring(name.lastIndexOf('-') + 1).startsWith(text);
  }

  private static String listed(List<String> names) {
    if (names.isEmpty()) {
      return "a trial with a result, of which there is none";
    }
    return "one of "
        + String.join(
            ", ",
            Stream.concat(
                    names.stream().limit(MOST_LISTED),
                    names.size() > MOST_LISTED ? Stream.of("...") : Stream.of())
                .toList());
  }
}
