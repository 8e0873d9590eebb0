package dev.graft.harness.training;

import java.util.SplittableRandom;

/**
 * The seeds that are derived from one: equal ones for equal uses, and others for every other use.
 */
public final class SeedMix {
  private SeedMix() {}

  /** That of the order of the examples in an epoch, counted from 0. */
  static long ofEpoch(long seed, int epoch) {
    return mixed(seed, -1 - epoch);
  }

  /** That of what is drawn in a step, counted from 0. */
  static long ofStep(long seed, int step) {
    return mixed(seed, step);
  }

  private static long mixed(long seed, int number) {
    return new SplittableRandom(seed).split().nextLong() + new SplittableRandom(number).nextLong();
  }

  /** That of the values of one tensor among many. */
  public static long ofTensor(long seed, String name) {
    return 31 * seed + name.hashCode();
  }
}
