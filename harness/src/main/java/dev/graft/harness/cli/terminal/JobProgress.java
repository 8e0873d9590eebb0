package dev.graft.harness.cli.terminal;

import dev.graft.harness.job.Progress;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Shows how one job of this process gets on: a line that is written anew on a screen, and elsewhere
 * a line a phase, and one for each tenth of it.
 */
public final class JobProgress implements Consumer<Progress>, AutoCloseable {
  private static final String ANEW = "\r\033[K";
  private static final long REDRAW_NANOSECONDS = 100_000_000;
  private static final int PARTS = 10;

  private final PrintStream err;
  private final boolean isInteractive;
  private Progress.Phase phase;
  private int parts;
  private long drawn;

  public JobProgress(Terminal terminal) {
    this.err = terminal.err();
    this.isInteractive = terminal.isInteractive();
  }

  @Override
  public void accept(Progress progress) {
    boolean begins = progress.phase() != phase;
    phase = progress.phase();
    if (isInteractive) {
      long now = System.nanoTime();
      if (begins || now - drawn > REDRAW_NANOSECONDS) {
        drawn = now;
        err.print(ANEW + described(progress));
        err.flush();
      }
      return;
    }
    int done = (int) (PARTS * (long) progress.done() / Math.max(1, progress.total()));
    if (begins || done > parts) {
      parts = begins ? 0 : done;
      err.println(described(progress));
    }
  }

  /** Writes lines that stay. */
  public void tell(List<String> lines) {
    close();
    lines.forEach(err::println);
  }

  /** The phase, its share, and the loss where there is one. */
  static String described(Progress progress) {
    String phase = progress.phase().name().toLowerCase(Locale.ROOT);
    String share =
        progress.total() == 0 ? "" : " %s%%".formatted(100L * progress.done() / progress.total());
    return phase
        + share
        + (Double.isNaN(progress.loss())
            ? ""
            : String.format(Locale.ROOT, ", loss %.3f", progress.loss()));
  }

  /** Leaves a clean line behind. */
  @Override
  public void close() {
    if (isInteractive && phase != null) {
      err.print(ANEW);
      err.flush();
    }
  }
}
