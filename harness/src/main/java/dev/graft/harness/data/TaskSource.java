package dev.graft.harness.data;

/**
 * Where tasks are from that users name as {@code source} or {@code source:rest}. Those of other
 * JARs are found by {@link java.util.ServiceLoader}, as methods are.
 */
public interface TaskSource {
  /** By which users name it: lower-case words joined by hyphens. */
  String name();

  /**
   * Opens a task.
   *
   * @param rest of its name, after the colon; empty if there is none
   * @throws dev.graft.GraftException if there is no such task
   */
  Task open(String rest);
}
