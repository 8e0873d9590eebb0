package dev.graft.harness.objective;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.host.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchesTest {
  private final Split split = split(333);

  private static Split split(int size) {
    Random random = new Random(5);
    List<Tokens> tokens = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int length = 3 + random.nextInt(40);
      tokens.add(new Tokens(new long[length], new long[length]));
    }
    return new Split(tokens, new double[size]);
  }

  private static List<Integer> flat(List<int[]> batches) {
    return batches.stream().flatMapToInt(Arrays::stream).boxed().toList();
  }

  private int padded(List<int[]> batches) {
    return batches.stream().mapToInt(batch -> batch.length * split.batch(batch, 0).length()).sum();
  }

  @Test
  void anEpochHasEveryExampleOnce() {
    List<int[]> batches = Batches.ofRows(split, 8).epoch(3);
    assertThat(batches).hasSize(42).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 8));
    assertThat(flat(batches))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 333).boxed().toList());
  }

  @Test
  void theSeedDecidesTheOrder() {
    assertThat(flat(Batches.ofRows(split, 8).epoch(3)))
        .isEqualTo(flat(Batches.ofRows(split, 8).epoch(3)));
    assertThat(flat(Batches.ofRows(split, 8).epoch(3)))
        .isNotEqualTo(flat(Batches.ofRows(split, 8).epoch(4)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 128, 129, 333})
  void batchesThatAreMadeWhenAskedForAreThoseOfAllAtOnce(int size) {
    Split some = split(size);
    Random random = new Random(3);
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, random);
    List<List<Integer>> expected = new ArrayList<>();
    for (int from = 0; from < size; from += 128) {
      List<Integer> window = order.subList(from, Math.min(from + 128, size));
      window.sort(Comparator.comparingInt(some::length));
      for (int first = 0; first < window.size(); first += 8) {
        expected.add(List.copyOf(window.subList(first, Math.min(first + 8, window.size()))));
      }
    }
    Collections.shuffle(expected, random);

    assertThat(Batches.ofRows(some, 8).epoch(3).stream().map(b -> flat(List.of(b))).toList())
        .isEqualTo(expected);
  }

  @Test
  void examplesOfLikeLengthGoTogetherButNotInOrderOfLength() {
    List<int[]> batches = Batches.ofRows(split, 8).epoch(3);
    int real = IntStream.range(0, 333).map(split::length).sum();
    assertThat(padded(batches)).isLessThan(real * 120 / 100);
    List<Integer> lengths = batches.stream().map(batch -> split.batch(batch, 0).length()).toList();
    assertThat(lengths).isNotEqualTo(lengths.stream().sorted().toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {42, 100, 1000, 100_000, Integer.MAX_VALUE})
  void batchesOfTokensHaveEveryExampleOnceAndNoMorePlaces(int tokens) {
    Batches batches = Batches.ofTokens(split, tokens);
    for (long seed = 1; seed <= 3; seed++) {
      List<int[]> epoch = batches.epoch(seed);
      assertThat(epoch)
          .hasSize(batches.count())
          .allSatisfy(
              batch ->
                  assertThat(batch.length * split.batch(batch, 0).length())
                      .isLessThanOrEqualTo(tokens));
      assertThat(flat(epoch))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 333).boxed().toList());
      assertThat(sizes(epoch)).isEqualTo(sizes(batches.epoch(seed + 1)));
    }
  }

  /** Rows and lengths, whatever their order. */
  private List<String> sizes(List<int[]> batches) {
    return batches.stream()
        .map(batch -> batch.length + "x" + split.batch(batch, 0).length())
        .sorted()
        .toList();
  }

  @Test
  void batchesOfTokensAreAsLargeAsTheyMayBe() {
    List<int[]> sorted = new ArrayList<>(Batches.ofTokens(split, 400).epoch(7));
    sorted.sort(Comparator.comparingInt(batch -> split.length(batch[0])));
    assertThat(padded(sorted)).isLessThan(sorted.size() * 400);
    for (int i = 1; i < sorted.size() - 1; i++) {
      int next = split.length(sorted.get(i + 1)[0]);
      assertThat((sorted.get(i).length + 1) * next).isGreaterThan(400);
    }
    assertThat(padded(sorted))
        .as("nearly without padding")
        .isLessThan(IntStream.range(0, 333).map(split::length).sum() * 106 / 100);
  }

  @Test
  void whatGoesTogetherAndInWhatOrderIsRandomAndDecidedByTheSeed() {
    Batches batches = Batches.ofTokens(split, 100);
    assertThat(flat(batches.epoch(3))).isEqualTo(flat(batches.epoch(3)));
    Set<Set<Integer>> one = batches.epoch(3).stream().map(BatchesTest::set).collect(toSet());
    Set<Set<Integer>> other = batches.epoch(4).stream().map(BatchesTest::set).collect(toSet());
    assertThat(one).isNotEqualTo(other);
    List<Integer> lengths = batches.epoch(3).stream().map(batch -> split.length(batch[0])).toList();
    assertThat(lengths).isNotEqualTo(lengths.stream().sorted().toList());
  }

  private static Set<Integer> set(int[] batch) {
    return Arrays.stream(batch).boxed().collect(toSet());
  }

  @Test
  void tokensCountWithThePaddingForGraphs() {
    boolean perToken = false;
    Examples padded = new PaddedExamples(split, 32, 1000, perToken);
    Batches batches = Batches.ofTokens(padded, 256);
    List<String> sizes =
        batches.epoch(1).stream()
            .map(batch -> batch.length + "x" + padded.batch(batch, 0).length())
            .distinct()
            .toList();
    assertThat(sizes).contains("8x32", "4x64").hasSizeLessThanOrEqualTo(4);
    assertThatThrownBy(() -> Batches.ofTokens(padded, 63))
        .hasMessageContaining("64 in the longest");
    assertThat(Batches.ofTokens(new Split(List.of(), new double[0]), 1).epoch(1)).isEmpty();
  }

  @Test
  void batchesForAnsweringHaveEveryExampleOnceAndAreSmall() {
    List<int[]> batches = Batches.byLength(split, 1024);
    assertThat(flat(batches))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 333).boxed().toList());
    assertThat(batches)
        .hasSizeLessThan(40)
        .allSatisfy(
            batch ->
                assertThat(batch.length * split.batch(batch, 0).length())
                    .isLessThanOrEqualTo(1024));
  }

  @Test
  void aTextLongerThanABatchIsABatch() {
    Split one = new Split(List.of(new Tokens(new long[5000], new long[5000])), new double[1]);
    assertThat(flat(Batches.byLength(one, 1024))).containsExactly(0);
    assertThat(Batches.byLength(new Split(List.of(), new double[0]), 1024)).isEmpty();
  }
}
