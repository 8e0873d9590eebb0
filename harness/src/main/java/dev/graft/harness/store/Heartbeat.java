package dev.graft.harness.store;

import dev.graft.GraftException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says again and again that this process still works. */
final class Heartbeat implements AutoCloseable {
  private final Duration every;
  private final Runnable beat;
  private ScheduledExecutorService thread;

  Heartbeat(Duration every, Runnable beat) {
    this.every = every;
    this.beat = beat;
  }

  /** Begins, if it has not. */
  synchronized void start() {
    if (thread == null) {
      thread = Executors.newSingleThreadScheduledExecutor(Heartbeat::daemon);
      var unused =
          thread.scheduleAtFixedRate(
              this::once, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "graft-heartbeat");
    thread.setDaemon(true);
    return thread;
  }

  private void once() {
    try {
      beat.run();
    } catch (GraftException e) {
      // Who needs the store next is told; and it may be back by the next time.
    }
  }

  @Override
  public synchronized void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
