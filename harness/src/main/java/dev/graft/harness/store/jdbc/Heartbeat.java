package dev.graft.harness.store.jdbc;

import dev.graft.GraftException;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/** Says again and again that this process still works. */
final class Heartbeat implements AutoCloseable {
  private final Duration every;
  private final Runnable beat;
  private Timer timer;
  private boolean isClosed;

  Heartbeat(Duration every, Runnable beat) {
    this.every = every;
    this.beat = beat;
  }

  /** Begins, if it has not. */
  synchronized void start() {
    if (timer == null) {
      boolean isDaemon = true;
      timer = new Timer("graft-heartbeat", isDaemon);
      timer.schedule(
          new TimerTask() {
            @Override
            public void run() {
              once();
            }
          },
          every.toMillis(),
          every.toMillis());
    }
  }

  private synchronized void once() {
    if (isClosed) {
      return;
    }
    try {
      beat.run();
    } catch (GraftException e) {
      // Who needs the store next is told; and it may be back by the next time.
    }
  }

  /** Ends, after the beat that is under way: a later one would open the store again. */
  @Override
  public synchronized void close() {
    isClosed = true;
    if (timer != null) {
      timer.cancel();
    }
  }
}
