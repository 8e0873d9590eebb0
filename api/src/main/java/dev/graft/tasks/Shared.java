package dev.graft.tasks;

import java.util.function.Function;

/** Something that several threads use: who lets go of it last closes it. */
final class Shared<T extends AutoCloseable> {
  private final T thing;
  private final Runnable close;
  private int users = 1;

  /** One that the caller uses. */
  Shared(T thing, Runnable close) {
    this.thing = thing;
    this.close = close;
  }

  /** Begins to use it, unless it was closed. */
  synchronized boolean acquire() {
    if (users > 0) {
      users++;
      return true;
    }
    return false;
  }

  /** Lets go of it. */
  void release() {
    boolean last;
    synchronized (this) {
      users--;
      last = users == 0;
    }
    if (last) {
      close.run();
    }
  }

  /** Uses what was acquired, and lets go of it. */
  <R> R call(Function<T, R> function) {
    try {
      return function.apply(thing);
    } finally {
      release();
    }
  }

  T get() {
    return thing;
  }
}
