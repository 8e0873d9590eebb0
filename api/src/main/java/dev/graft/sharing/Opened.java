package dev.graft.sharing;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened one after the other, and is closed together: the last first. */
public final class Opened implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /**
   * {@return what is given, which is closed with this}
   *
   * @param opening what was opened last
   * @param <T> what it is
   */
  public <T extends AutoCloseable> T kept(T opening) {
    opened.push(opening);
    return opening;
  }

  /**
   * Closes all that has been opened since the last time.
   *
   * @throws IllegalStateException if something can't be closed
   */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
