package dev.graft.harness.study;

import dev.graft.GraftException;
import java.util.Optional;

/**
 * How the settings of each arm are chosen, on the validation split: the same budget for all.
 *
 * @param trials for each arm
 * @param search how the points are chosen
 * @param halving the factor by which trials are fewer from rung to rung, and steps more; absent for
 *     all trials to the end
 * @param seed of the search, and of the trials
 */
public record Tuning(int trials, Search search, Optional<Integer> halving, long seed) {
  private static final int MOST = 10_000;

  public Tuning {
    if (trials < 1 || trials > MOST) {
      throw GraftException.input("The number of trials to tune by can't be %s.", trials)
          .expected("a whole number from 1 to %s", MOST);
    }
    halving.ifPresent(
        factor -> {
          if (factor < 2) {
            throw GraftException.input("The factor of halving can't be %s.", factor)
                .expected("a whole number from 2: of so many trials one goes on");
          }
        });
  }

  /** Ways to choose points. */
  public enum Search {
    /** Each point is drawn anew, evenly on the scale of each setting. */
    RANDOM,
    /** Points are spread evenly over the scale of each setting. */
    GRID
  }
}
