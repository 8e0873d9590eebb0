package dev.graft.harness.fuzz;

import java.util.Random;

/** Changes a file of a kind, so that what comes out is still mostly of that kind. */
@FunctionalInterface
interface Mutator {
  /** Bytes that differ from the original's, as a rule. */
  byte[] change(byte[] original, Random random);

  /** The other one now and then, since no file is safe from a damaged disk. */
  default Mutator or(Mutator other) {
    return (original, random) -> (random.nextInt(8) == 0 ? other : this).change(original, random);
  }

  /** Any of these. */
  static Mutator any(Mutator... all) {
    return (original, random) -> all[random.nextInt(all.length)].change(original, random);
  }
}
