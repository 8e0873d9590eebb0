package dev.graft.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Closes a stream from which nothing has come for a while, so that who waits for it gets an
 * exception: the JDK's client would wait for ever.
 */
final class StallGuard implements AutoCloseable {
  private final InputStream stream;
  private final Duration patience;
  private final Thread thread = new Thread(this::watch, "graft-stall-guard");
  private volatile long alive = System.nanoTime();
  private volatile boolean stalled;

  StallGuard(InputStream stream, Duration patience) {
    this.stream = stream;
    this.patience = patience;
    thread.setDaemon(true);
    thread.start();
  }

  /** Something has come. */
  void beat() {
    alive = System.nanoTime();
  }

  boolean hasStalled() {
    return stalled;
  }

  private void watch() {
    try {
      long left = patience.toNanos();
      while (left > 0) {
        Thread.sleep(left / 1_000_000 + 1);
        left = alive + patience.toNanos() - System.nanoTime();
      }
      stalled = true;
      stream.close();
    } catch (InterruptedException | IOException e) {
      // Done with, or broken without our help.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
