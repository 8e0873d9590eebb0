package dev.graft.harness.job;

import dev.graft.files.Leftovers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that ends with this one: at once if this one is asked to end, and when its standard
 * input does if this one is killed. Nothing that it was just writing is left behind.
 */
final class Child implements AutoCloseable {
  /** A signal of the terminal reaches this process at about the same time as the other. */
  private static final long SIGNAL_MILLISECONDS = 500;

  /** The kernel needs a moment to give back much memory. */
  private static final long DEATH_SECONDS = 5;

  private final Path folder;
  private final Thread hook = new Thread(this::stop, "stop");
  private final CountDownLatch stopping = new CountDownLatch(1);
  private Process process;

  /**
   * Nothing runs yet.
   *
   * @param folder that it alone writes into
   */
  Child(Path folder) {
    this.folder = folder;
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) { // this process is ending: nothing begins any more
      throw Interruption.by(e);
    }
  }

  /** Starts it, unless this process has been asked to end in the meantime. */
  synchronized Process start(ProcessBuilder builder) throws IOException {
    if (stopping.getCount() == 0) {
      throw Interruption.told();
    }
    process = builder.start();
    return process;
  }

  /** Whether it ended because this process is asked to end. */
  boolean isStopped(int exitCode) throws InterruptedException {
    return stopping.await(
        Signals.isAsked(exitCode) ? SIGNAL_MILLISECONDS : 0, TimeUnit.MILLISECONDS);
  }

  private synchronized void stop() {
    stopping.countDown();
    kill();
  }

  private void kill() {
    if (process == null || !process.isAlive()) {
      return;
    }
    process.destroyForcibly();
    boolean isInterrupted = Thread.interrupted();
    try {
      process.waitFor(DEATH_SECONDS, TimeUnit.SECONDS);
      Leftovers.delete(folder);
    } catch (IOException e) {
      // They hinder nobody: the next process in this folder begins by deleting them.
    } catch (InterruptedException e) {
      isInterrupted = true;
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends it if it still runs. */
  @Override
  public void close() {
    synchronized (this) {
      kill();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending, and the hook does its work.
    }
  }
}
