package dev.graft;

import java.util.SplittableRandom;

/** The seeds that are derived from one: equal ones for equal uses, and others for other uses. */
public final class SeedMix {
  private SeedMix() {}

  /**
   * {@return the seed of the order of the examples in an epoch}
   *
   * @param seed of the training
   * @param epoch from 0
   */
  public static long ofEpoch(long seed, int epoch) {
    return ofStep(seed, -1 - epoch);
  }

  /**
   * {@return the seed of what is drawn in a step, dropout for instance}
   *
   * @param seed of the training
   * @param step from 0
   */
  public static long ofStep(long seed, int step) {
    return new SplittableRandom(seed).split().nextLong() + new SplittableRandom(step).nextLong();
  }

  /**
   * {@return the seed of a scalar that a graft draws for a micro-batch}
   *
   * @param seed of the step
   * @param step from 0
   * @param microBatch of the step, from 0
   * @param name of the scalar
   */
  public static long ofScalar(long seed, long step, int microBatch, String name) {
    long mixed = seed;
    for (long part : new long[] {step, microBatch, name.hashCode()}) {
      mixed = new SplittableRandom(mixed).nextLong() + part;
    }
    return mixed;
  }

  /**
   * {@return the seed of the values of one tensor among many}
   *
   * @param seed of all of them
   * @param name of the tensor
   */
  public static long ofTensor(long seed, String name) {
    return 31 * seed + name.hashCode();
  }
}
