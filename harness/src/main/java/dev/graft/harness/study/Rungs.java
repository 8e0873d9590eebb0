package dev.graft.harness.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The trials of the search of one arm, rung by rung: all of them to the end, or successive halving
 * (Jamieson and Talwalkar 2016), where all begin and from rung to rung the best of them go on.
 *
 * @param rungs from the first to that of whole trials; none where nothing is tuned
 */
public record Rungs(List<Rung> rungs) {
  /**
   * A part of a search.
   *
   * @param trials that take part
   * @param until the step that they are trained to
   */
  public record Rung(int trials, int until) {}

  public Rungs {
    rungs = List.copyOf(rungs);
  }

  /**
   * The rungs of a study's search.
   *
   * @param steps of a whole trial
   */
  public static Rungs of(Optional<Tuning> tuning, int steps) {
    return tuning.map(search -> of(search, steps)).orElse(new Rungs(List.of()));
  }

  static Rungs of(Tuning tuning, int steps) {
    return new Rungs(
        tuning
            .halving()
            .map(factor -> halved(tuning.trials(), factor, steps))
            .orElseGet(() -> List.of(new Rung(tuning.trials(), steps))));
  }

  /** By the factor trials are fewer, and steps more, from one rung to the next. */
  private static List<Rung> halved(int trials, int factor, int steps) {
    List<Rung> rungs = new ArrayList<>();
    int most = trials;
    int last = 0;
    for (int left = trials; left >= factor; left /= factor) {
      last++;
    }
    for (int rung = 0; rung <= last; rung++) {
      int until = (int) Math.max(1, Math.round(steps / Math.pow(factor, last - rung)));
      rungs.add(new Rung(most, until));
      most = Math.max(1, most / factor);
    }
    return rungs;
  }

  /** How many trials run at most: what goes on counts anew at each rung. */
  public int trials() {
    return rungs.stream().mapToInt(Rung::trials).sum();
  }

  /** The steps that are run at most: at each rung those behind the one before. */
  public long steps() {
    long steps = 0;
    int before = 0;
    for (Rung rung : rungs) {
      steps += (long) rung.trials() * (rung.until() - before);
      before = rung.until();
    }
    return steps;
  }
}
