package dev.graft.harness.cli.terminal;

import dev.graft.hub.HubListener;
import dev.graft.hub.HubModel;
import java.io.PrintStream;
import java.util.Locale;

/** Shows how a download gets on: a bar on a screen, and elsewhere a line when it begins. */
public final class DownloadProgress implements HubListener, AutoCloseable {
  private static final String ANEW = "\r\033[K";
  private static final int WIDTH = 30;
  private static final long REDRAW_NANOSECONDS = 100_000_000;

  private final PrintStream err;
  private final boolean isInteractive;
  private long expected = -1;
  private long drawn;

  public DownloadProgress(Terminal terminal) {
    this.err = terminal.err();
    this.isInteractive = terminal.isInteractive();
  }

  @Override
  public void progressed(HubModel model, long bytes, long total) {
    boolean begins = total != expected;
    expected = total;
    if (!isInteractive) {
      if (begins) {
        err.printf(Locale.ROOT, "downloading %s: %s%n", model.id(), megabytes(total - bytes));
      }
      return;
    }
    long now = System.nanoTime();
    if (begins || bytes == total || now - drawn > REDRAW_NANOSECONDS) {
      drawn = now;
      int done = (int) (total == 0 ? WIDTH : WIDTH * (double) bytes / total);
      err.printf(
          Locale.ROOT,
          "%sdownloading %s [%s%s] %d%% of %s",
          ANEW,
          model.id(),
          "#".repeat(done),
          " ".repeat(WIDTH - done),
          total == 0 ? 100 : 100 * bytes / total,
          megabytes(total));
      err.flush();
    }
  }

  @Override
  public void unreachable(HubModel cached, String reason) {
    err.printf(
        Locale.ROOT, "the hub does not answer (%s); taking %s from the cache%n", reason, cached);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** Leaves a clean line behind. */
  @Override
  public void close() {
    if (isInteractive && expected >= 0) {
      err.print(ANEW);
      err.flush();
    }
  }
}
