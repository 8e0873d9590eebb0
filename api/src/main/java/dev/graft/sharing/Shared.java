package dev.graft.sharing;

import java.util.function.Function;

/**
 * Something that several threads use: who lets go of it last closes it.
 *
 * @param <T> what is used
 */
public final class Shared<T extends AutoCloseable> implements AutoCloseable {
  private final T thing;
  private final Runnable close;
  private int users = 1;
  private boolean isClosed;

  /**
   * One that the caller uses.
   *
   * @param thing what is shared
   * @param close what the last user does
   */
  public Shared(T thing, Runnable close) {
    this.thing = thing;
    this.close = close;
  }

  /** {@return whether the caller uses it from now on: not if it was closed} */
  public synchronized boolean acquire() {
    if (users > 0) {
      users++;
      return true;
    }
    return false;
  }

  /** Lets go of it for whoever made this, once. */
  @Override
  public void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
    }
    release();
  }

  /** Lets go of what was acquired. */
  public void release() {
    boolean last;
    synchronized (this) {
      users--;
      last = users == 0;
    }
    if (last) {
      close.run();
    }
  }

  /**
   * Uses what was acquired, and lets go of it.
   *
   * @param <R> what the use gives
   * @param function must not keep or close the thing
   * @return what the function gave
   */
  public <R> R call(Function<T, R> function) {
    try {
      return function.apply(thing);
    } finally {
      release();
    }
  }

  /** {@return the thing, for who uses it} */
  public T get() {
    return thing;
  }
}
