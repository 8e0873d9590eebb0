package dev.graft.harness.study;

import java.util.ArrayList;
import java.util.List;

/**
 * Successive halving (Jamieson and Talwalkar 2016): all trials begin, and from rung to rung the
 * best of them go on.
 */
final class Rungs {
  /**
   * A part of a search.
   *
   * @param trials that take part
   * @param until the step that they are trained to
   */
  record Rung(int trials, int until) {}

  private Rungs() {}

  /**
   * The rungs of a search, from the first to that of whole trials.
   *
   * @param factor by which trials are fewer, and steps more, from one to the next
   * @param steps of a whole trial
   */
  static List<Rung> of(int trials, int factor, int steps) {
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
}
