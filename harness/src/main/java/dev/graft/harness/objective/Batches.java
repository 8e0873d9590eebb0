package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.program.Device;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * Which examples go into a batch together: those of like length, so that little is padded. Every
 * epoch has each example once, in as many batches as every other.
 *
 * @param examples that are trained on
 * @param count of the batches of an epoch
 * @param epochs the batches of one, by a seed
 */
public record Batches(Examples examples, int count, LongFunction<List<int[]>> epochs) {
  /** So many batches are filled from examples that chance has brought together. */
  private static final int WINDOW = 16;

  /** Larger batches gain nothing, and their activations leave the processor's cache. */
  private static final int TOKENS_ON_A_PROCESSOR = 1024;

  /** So many keep a GPU busy whose kernels are launched one by one. */
  private static final int TOKENS_ON_A_GPU = 16_384;

  /**
   * Batches of so many examples, in random order save that examples of a window are sorted by
   * length. What a batch holds is found out when it is asked for.
   */
  public static Batches ofRows(Examples examples, int rows) {
    int count = count(examples.size(), rows);
    return new Batches(examples, count, seed -> windows(examples, rows, count, seed));
  }

  /** How many batches of so many rows an epoch has. */
  public static int count(int examples, int rows) {
    return (int) (((long) examples + rows - 1) / rows);
  }

  private static List<int[]> windows(Examples examples, int rows, int count, long seed) {
    Random random = new Random(seed);
    int[] order = IntStream.range(0, examples.size()).toArray();
    shuffle(order, random);
    int window = (int) Math.min((long) rows * WINDOW, Math.max(1, order.length));
    int[] batches = IntStream.range(0, count).toArray();
    shuffle(batches, random);
    BitSet sorted = new BitSet(); // windows
    return new AbstractList<>() {
      @Override
      public int[] get(int step) {
        long first = (long) batches[step] * rows;
        int begin = (int) (first / window * window);
        int end = (int) Math.min((long) begin + window, order.length);
        if (!sorted.get(begin)) {
          int[] chunk = Arrays.copyOfRange(order, begin, end);
          examples.prepare(chunk);
          System.arraycopy(byLength(chunk, examples), 0, order, begin, chunk.length);
          sorted.set(begin);
        }
        return Arrays.copyOfRange(order, (int) first, (int) Math.min(first + rows, end));
      }

      @Override
      public int size() {
        return batches.length;
      }
    };
  }

  /**
   * Batches of as many examples as have so many tokens, those of padding among them. The sizes of
   * all batches are the same in each epoch. Which of the examples of a length go together, and the
   * order of the batches, are random.
   *
   * @throws GraftException if one example has more tokens
   */
  public static Batches ofTokens(Examples examples, int tokens) {
    int[] all = IntStream.range(0, examples.size()).toArray();
    examples.prepare(all);
    int longest = IntStream.of(all).map(examples::length).max().orElse(0);
    if (longest > tokens) {
      throw GraftException.input("A text alone is more than a batch may have.")
          .expected("at most %s tokens in a batch", tokens)
          .found("%s in the longest text, with its padding", longest)
          .remedy("a larger --batch-tokens, or a smaller --max-length");
    }
    int count = filled(byLength(all, examples), examples, tokens).size();
    return new Batches(
        examples,
        count,
        seed -> {
          Random random = new Random(seed);
          int[] order = all.clone();
          shuffle(order, random);
          List<int[]> batches = filled(byLength(order, examples), examples, tokens);
          Collections.shuffle(batches, random);
          return batches;
        });
  }

  /**
   * One epoch.
   *
   * @param seed equal seeds give equal batches
   */
  public List<int[]> epoch(long seed) {
    return epochs.apply(seed);
  }

  /** As {@link Collections#shuffle(List, Random)} does it, without a box a number. */
  private static void shuffle(int[] numbers, Random random) {
    for (int i = numbers.length; i > 1; i--) {
      int other = random.nextInt(i);
      int last = numbers[i - 1];
      numbers[i - 1] = numbers[other];
      numbers[other] = last;
    }
  }

  /** From the shortest to the longest, those of a length in the order that they have. */
  private static int[] byLength(int[] chunk, Examples examples) {
    long[] keys = new long[chunk.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) examples.length(chunk[i]) << Integer.SIZE | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> chunk[(int) key]).toArray();
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
    return filled(byLength(all, examples), examples, tokens);
  }

  /** Batches of examples that follow each other, each as large as it may be. */
  private static List<int[]> filled(int[] order, Examples examples, int tokens) {
    List<int[]> batches = new ArrayList<>();
    int first = 0;
    for (int next = 1; next <= order.length; next++) {
      boolean isFull =
          next == order.length || (next + 1L - first) * examples.length(order[next]) > tokens;
      if (isFull) {
        batches.add(Arrays.copyOfRange(order, first, next));
        first = next;
      }
    }
    return batches;
  }
}
