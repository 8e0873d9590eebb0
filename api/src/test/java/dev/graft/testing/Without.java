package dev.graft.testing;

import dev.graft.program.Optimization;

/** Runs something as the system property says that leaves optimisations out. */
public final class Without {
  private Without() {}

  /** Something that may fail. */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  /**
   * What something gives without some optimisations.
   *
   * @param names as the system property has them; empty for none
   */
  public static <T, E extends Exception> T optimisations(String names, Work<T, E> work) throws E {
    String before = System.getProperty(Optimization.WITHOUT, "");
    System.setProperty(Optimization.WITHOUT, names);
    try {
      return work.run();
    } finally {
      System.setProperty(Optimization.WITHOUT, before);
    }
  }
}
