package dev.graft.harness.replay;

import dev.graft.harness.forgetting.Forgetting;
import dev.graft.harness.job.Progress;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialExecutor;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What came of a trial that ran again.
 *
 * @param failure why it has no result this time
 * @param comparisons of all that it found with what it had found; none without a result
 */
public record Replay(Optional<TrialFailure> failure, List<Comparison> comparisons) {
  public Replay {
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Some numbers of one kind, then and now.
   *
   * @param equal how many are the same, bit for bit
   * @param remark what more there is to say; empty for nothing
   */
  public record Comparison(String what, int equal, int all, String remark) {
    public boolean isEqual() {
      return equal == all;
    }
  }

  /**
   * Runs a trial again.
   *
   * @param before what it had found
   * @param study the folder that keeps that
   * @param temporary another one, in which it runs
   */
  public static Replay of(
      TrialResult before,
      StudyFolder study,
      StudyFolder temporary,
      TrialExecutor executor,
      Consumer<Progress> listener) {
    Outcome outcome = executor.run(before.spec().unbound(), temporary, listener);
    if (outcome instanceof TrialFailure failure) {
      return new Replay(Optional.of(failure), List.of());
    }
    TrialResult after = (TrialResult) outcome;
    List<Comparison> comparisons = new ArrayList<>();
    comparisons.add(lists("losses", before.steps().losses(), after.steps().losses()));
    comparisons.add(
        lists(
            "validation",
            List.copyOf(before.validation().values()),
            List.copyOf(after.validation().values())));
    if (before.test().isPresent()) {
      TestAnswers was = before.answers();
      TestAnswers is = after.answers();
      comparisons.add(lists("predictions", was.predictions(), is.predictions()));
      comparisons.add(
          lists("test", List.copyOf(was.metrics().values()), List.copyOf(is.metrics().values())));
    }
    before
        .forgetting()
        .ifPresent(
            was -> {
              List<Double> is = after.forgetting().map(Forgetting::after).orElse(List.of());
              comparisons.add(lists("losses on general text", was.after(), is));
            });
    Path kept = study.path().resolve(before.checkpoint());
    comparisons.add(
        Files.isDirectory(kept)
            ? Checkpoints.compare(kept, temporary.path().resolve(after.checkpoint()))
            : new Comparison("tensors", 0, 0, "not compared: " + kept + " is gone"));
    return new Replay(Optional.empty(), comparisons);
  }

  /** Whether the same came out, bit for bit. */
  public boolean isEqual() {
    return failure.isEmpty() && comparisons.stream().allMatch(Comparison::isEqual);
  }

  private static Comparison lists(String what, List<Double> was, List<Double> is) {
    int all = Math.max(was.size(), is.size());
    int equal = 0;
    int first = -1;
    for (int i = 0; i < all; i++) {
      if (i < was.size() && i < is.size() && was.get(i).equals(is.get(i))) {
        equal++;
      } else if (first < 0) {
        first = i;
      }
    }
    return new Comparison(what, equal, all, first < 0 ? "" : first(first, was, is));
  }

  private static String first(int index, List<Double> was, List<Double> is) {
    return "the first that differs is number %s: %s, was %s"
        .formatted(index + 1, at(is, index), at(was, index));
  }

  private static String at(List<Double> numbers, int index) {
    return index < numbers.size() ? numbers.get(index).toString() : "missing";
  }
}
