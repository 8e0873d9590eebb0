package dev.graft.harness.objective;

import dev.graft.SeedMix;
import dev.graft.host.TokenBatch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The batches of a training, step by step. Each is put together while the one before it is trained
 * on, so that the device does not wait for it. Belongs to one thread.
 */
public final class UpcomingBatches implements AutoCloseable {
  /** What a step is taken with. */
  public static final class Batch {
    private final TokenBatch tokens;
    private final double[] targets;

    private Batch(TokenBatch tokens, double[] targets) {
      this.tokens = tokens;
      this.targets = targets;
    }

    public TokenBatch tokens() {
      return tokens;
    }

    /** As {@link Examples#targets} gives them; not a copy. */
    public double[] targets() {
      return targets;
    }
  }

  private final Examples examples;
  private final int size;
  private final long seed;
  private final int paddingId;
  private final int perEpoch;
  private final int end;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread batches = new Thread(work, "batches");
            batches.setDaemon(true);
            return batches;
          });

  private int step;
  private List<int[]> epoch = List.of();
  private CompletableFuture<Batch> next;

  /**
   * Those of some steps.
   *
   * @param size of a batch, in examples
   * @param seed decides the order of the examples
   * @param first step, from 0
   * @param end the step after the last
   * @param paddingId what fills rows up
   */
  public UpcomingBatches(
      Examples examples, int size, long seed, int first, int end, int paddingId) {
    this.examples = examples;
    this.size = size;
    this.seed = seed;
    this.paddingId = paddingId;
    this.perEpoch = Batches.count(examples.size(), size);
    this.step = first;
    this.end = end;
    begin();
  }

  private void begin() {
    int number = step;
    next =
        number < end
            ? CompletableFuture.supplyAsync(() -> of(number), thread)
            : CompletableFuture.failedFuture(new IllegalStateException("no step is left"));
  }

  private Batch of(int number) {
    if (epoch.isEmpty() || number % perEpoch == 0) {
      epoch = Batches.epoch(examples, size, SeedMix.ofEpoch(seed, number / perEpoch));
    }
    int[] chosen = epoch.get(number % perEpoch);
    return new Batch(examples.batch(chosen, paddingId), examples.targets(chosen));
  }

  /** The batch of the next step. */
  public Batch next() {
    Batch batch;
    try {
      batch = next.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    }
    step++;
    begin();
    return batch;
  }

  /** Waits for what is under way: it reads what its examples read. */
  @Override
  public void close() {
    thread.shutdown();
    next.handle((batch, failure) -> batch).join();
  }
}
