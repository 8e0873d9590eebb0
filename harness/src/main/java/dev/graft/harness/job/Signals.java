package dev.graft.harness.job;

import java.util.Set;

/** Signals, as exit codes tell them. */
final class Signals {
  private static final int FIRST = 128;
  private static final int KILL = 9;

  /** Those by which a user or the system asks a process to end: hang-up, interrupt, terminate. */
  private static final Set<Integer> ASKING = Set.of(1, 2, 15);

  private Signals() {}

  static boolean isKill(int exitCode) {
    return exitCode == FIRST + KILL;
  }

  static boolean isAsked(int exitCode) {
    return ASKING.contains(exitCode - FIRST);
  }

  /** The signal in words, for messages; nothing if there was none. */
  static String of(int exitCode) {
    return exitCode > FIRST ? ", by signal " + (exitCode - FIRST) : "";
  }
}
