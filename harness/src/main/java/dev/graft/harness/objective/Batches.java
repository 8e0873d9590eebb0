package dev.graft.harness.objective;

import dev.graft.program.Device;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Which examples go into a batch together: those of like length, so that little is padded. */
public final class Batches {
  /** So many batches are filled from examples that chance has brought together. */
  private static final int WINDOW = 16;

  /** Larger batches gain nothing, and their activations leave the processor's cache. */
  private static final int TOKENS_ON_A_PROCESSOR = 1024;

  /** So many keep a GPU busy whose kernels are launched one by one. */
  private static final int TOKENS_ON_A_GPU = 16_384;

  private Batches() {}

  /**
   * One epoch of training: every example once, in random order save that examples of a window are
   * sorted by length. What a batch holds is found out when it is asked for.
   *
   * @param seed equal seeds give equal batches
   */
  public static List<int[]> epoch(Examples examples, int batchSize, long seed) {
    Random random = new Random(seed);
    int[] order = IntStream.range(0, examples.size()).toArray();
    shuffle(order, random);
    int window = (int) Math.min((long) batchSize * WINDOW, Math.max(1, order.length));
    int[] batches = IntStream.range(0, count(order.length, batchSize)).toArray();
    shuffle(batches, random);
    BitSet sorted = new BitSet(); // windows
    return new AbstractList<>() {
      @Override
      public int[] get(int step) {
        long first = (long) batches[step] * batchSize;
        int begin = (int) (first / window * window);
        int end = (int) Math.min((long) begin + window, order.length);
        if (!sorted.get(begin)) {
          int[] chunk = Arrays.copyOfRange(order, begin, end);
          examples.prepare(chunk);
          System.arraycopy(byLength(chunk, examples), 0, order, begin, chunk.length);
          sorted.set(begin);
        }
        return Arrays.copyOfRange(order, (int) first, (int) Math.min(first + batchSize, end));
      }

      @Override
      public int size() {
        return batches.length;
      }
    };
  }

  /** How many batches an epoch has. */
  public static int count(int examples, int batchSize) {
    return (int) (((long) examples + batchSize - 1) / batchSize);
  }

  /** As {@link java.util.Collections#shuffle(List, Random)} does it, without a box a number. */
  private static void shuffle(int[] numbers, Random random) {
    for (int i = numbers.length; i > 1; i--) {
      int other = random.nextInt(i);
      int last = numbers[i - 1];
      numbers[i - 1] = numbers[other];
      numbers[other] = last;
    }
  }

  private static int[] byLength(int[] chunk, Examples examples) {
    return Arrays.stream(chunk)
        .boxed()
        .sorted(Comparator.comparingInt(examples::length))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Of how many tokens batches for answering are, those of padding among them. */
  static int answered(Device device) {
    return device.isGpu() ? TOKENS_ON_A_GPU : TOKENS_ON_A_PROCESSOR;
  }

  /**
   * Batches for answering: all examples from the shortest to the longest.
   *
   * @param tokens at most, unless one example has more
   */
  static List<int[]> byLength(Examples examples, int tokens) {
    int[] all = IntStream.range(0, examples.size()).toArray();
    examples.prepare(all);
    int[] order = byLength(all, examples);
    List<int[]> batches = new ArrayList<>();
    int first = 0;
    for (int next = 1; next <= order.length; next++) {
      boolean isFull =
          next == order.length || (next + 1 - first) * examples.length(order[next]) > tokens;
      if (isFull) {
        batches.add(Arrays.copyOfRange(order, first, next));
        first = next;
      }
    }
    return batches;
  }
}
