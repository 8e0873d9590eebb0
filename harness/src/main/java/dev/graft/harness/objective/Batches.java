package dev.graft.harness.objective;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Which examples go into a batch together: those of like length, so that little is padded. */
public final class Batches {
  /** So many batches are filled from examples that chance has brought together. */
  private static final int WINDOW = 16;

  /** Larger batches gain nothing, and their activations leave the processor's cache. */
  private static final int EVALUATED_TOKENS = 1024;

  private Batches() {}

  /**
   * One epoch of training: every example once, in random order save that examples of a window are
   * sorted by length.
   *
   * @param seed equal seeds give equal batches
   */
  public static List<int[]> epoch(Examples examples, int batchSize, long seed) {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>(IntStream.range(0, examples.size()).boxed().toList());
    Collections.shuffle(order, random);
    List<int[]> batches = new ArrayList<>();
    int window = (int) Math.min((long) batchSize * WINDOW, Math.max(1, order.size()));
    for (int from = 0; from < order.size(); from += window) {
      List<Integer> chunk = order.subList(from, Math.min(from + window, order.size()));
      chunk.sort(Comparator.comparingInt(examples::length));
      for (int first = 0; first < chunk.size(); first += batchSize) {
        batches.add(array(chunk.subList(first, Math.min(first + batchSize, chunk.size()))));
      }
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  /** Batches for answering: all examples from the shortest to the longest. */
  static List<int[]> byLength(Examples examples) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, examples.size()).boxed().toList());
    order.sort(Comparator.comparingInt(examples::length));
    List<int[]> batches = new ArrayList<>();
    int first = 0;
    for (int next = 1; next <= order.size(); next++) {
      boolean isFull =
          next == order.size()
              || (next + 1 - first) * examples.length(order.get(next)) > EVALUATED_TOKENS;
      if (isFull) {
        batches.add(array(order.subList(first, next)));
        first = next;
      }
    }
    return batches;
  }

  private static int[] array(List<Integer> examples) {
    return examples.stream().mapToInt(Integer::intValue).toArray();
  }
}
