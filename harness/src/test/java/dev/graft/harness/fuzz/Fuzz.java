package dev.graft.harness.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.graft.GraftException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/**
 * Gives changed files to readers, each in its turn, and judges what they do. Input number n of a
 * seed is the same whatever else is run.
 *
 * <p>What a reader may take: a second and 256 MiB (a plan of a hundred blocks), and ten times what
 * it takes for the whole files and what is in the changed one. The processor's time counts, not the
 * clock's, so that a busy machine changes no outcome.
 */
final class Fuzz implements AutoCloseable {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long HANGS_AFTER_SECONDS = 60;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long ROOM = 256L << 20;
  private static final int TIMES = 10;

  private final List<Reader> readers;
  private final Cost[] whole;
  private final IntSupplier liveTensors;
  private final long seed;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "fuzz");
            made.setDaemon(true); // one that hangs must not keep the process
            this.worker = made;
            return made;
          });

  private volatile Thread worker;

  /** What a reading took. */
  private record Cost(long nanoseconds, long bytes) {}

  /** What became of an input. */
  record Judged(Outcome outcome, String found) {}

  Fuzz(List<Reader> readers, IntSupplier liveTensors, long seed) {
    this.readers = readers;
    this.liveTensors = liveTensors;
    this.seed = seed;
    this.whole = new Cost[readers.size()];
  }

  /** Reads all files as they are, which must succeed; the second time is what counts. */
  void warmUp() {
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < whole.length; i++) {
      Reader reader = readers.get(i);
      try {
        reader.reading().read(reader.folder());
        Cost before = now();
        reader.reading().read(reader.folder());
        whole[i] = since(before);
      } catch (Exception e) {
        refused.add(reader.name() + ": " + e);
      }
    }
    assertThat(refused).isEmpty();
  }

  /**
   * Runs inputs, up to one that hangs.
   *
   * @param names one of which the names of the readers contain that are given theirs
   */
  void run(int inputs, List<String> names, Tally tally) throws IOException, InterruptedException {
    for (int i = 0; i < inputs; i++) {
      int place = i % readers.size();
      Reader reader = readers.get(place);
      if (names.stream().noneMatch(reader.name()::contains)) {
        continue;
      }
      Random random = new Random(31 * seed + i);
      Reader.Source source = reader.sources().get(random.nextInt(reader.sources().size()));
      byte[] changed = source.changed(random);
      if (!Arrays.equals(changed, source.original())) {
        Judged judged = judged(reader, source, changed, whole[place]);
        tally.add(i, reader, source, changed, judged);
        if (thread.isShutdown()) {
          return; // what hangs takes the time and memory of whatever would come
        }
      }
    }
  }

  private Judged judged(Reader reader, Reader.Source source, byte[] changed, Cost usual)
      throws InterruptedException {
    int live = liveTensors.getAsInt();
    Future<Judged> reading = thread.submit(() -> read(reader, source, changed, usual));
    try {
      Judged judged = reading.get(HANGS_AFTER_SECONDS, TimeUnit.SECONDS);
      int left = liveTensors.getAsInt() - live;
      return left == 0 ? judged : new Judged(Outcome.UNTYPED, left + " tensors are left");
    } catch (TimeoutException e) {
      thread.shutdownNow();
      String place = Tally.frames(Stream.of(worker.getStackTrace()));
      return new Judged(
          Outcome.COSTLY, "no answer after %s s%n%s".formatted(HANGS_AFTER_SECONDS, place));
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private static Judged read(Reader reader, Reader.Source source, byte[] changed, Cost usual) {
    Cost before = now();
    Judged judged;
    try {
      reader.read(source, changed);
      judged = new Judged(Outcome.ACCEPTED, "");
    } catch (GraftException e) {
      judged =
          isThrownByPlugin(e)
              ? new Judged(Outcome.UNTYPED, e.getCause() + "\n" + Tally.trace(e.getCause()))
              : new Judged(Outcome.REFUSED, e.getMessage());
    } catch (Throwable e) {
      judged = new Judged(Outcome.UNTYPED, e + "\n" + Tally.trace(e));
    }
    Cost took = since(before);
    boolean isCostly =
        took.nanoseconds > SECOND + TIMES * usual.nanoseconds
            || took.bytes > ROOM + TIMES * (usual.bytes + changed.length);
    return isCostly && judged.outcome() != Outcome.UNTYPED
        ? new Judged(
            Outcome.COSTLY,
            "%s ms and %s MB; usually %s ms and %s MB; %s"
                .formatted(
                    took.nanoseconds / 1_000_000,
                    took.bytes >> 20,
                    usual.nanoseconds / 1_000_000,
                    usual.bytes >> 20,
                    judged.found()))
        : judged;
  }

  /** Plugins of this project know what they read. */
  private static boolean isThrownByPlugin(GraftException e) {
    return e.kind() == GraftException.Kind.PLUGIN && e.getCause() != null;
  }

  private static Cost now() {
    return new Cost(THREADS.getCurrentThreadCpuTime(), THREADS.getCurrentThreadAllocatedBytes());
  }

  private static Cost since(Cost before) {
    Cost now = now();
    return new Cost(now.nanoseconds - before.nanoseconds, now.bytes - before.bytes);
  }

  /** The folder in which a reader's files are put. */
  static Path folder(Path all, String name) throws IOException {
    return Files.createDirectories(all.resolve(name.replaceAll("[^A-Za-z0-9]+", "-")));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
