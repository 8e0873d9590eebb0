package dev.graft.harness.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
    List<int[]> batches = Batches.epoch(split, 8, 3);
    assertThat(batches).hasSize(42).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 8));
    assertThat(flat(batches))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 333).boxed().toList());
  }

  @Test
  void theSeedDecidesTheOrder() {
    assertThat(flat(Batches.epoch(split, 8, 3))).isEqualTo(flat(Batches.epoch(split, 8, 3)));
    assertThat(flat(Batches.epoch(split, 8, 3))).isNotEqualTo(flat(Batches.epoch(split, 8, 4)));
  }

  @Test
  void examplesOfLikeLengthGoTogetherButNotInOrderOfLength() {
    List<int[]> batches = Batches.epoch(split, 8, 3);
    int real = IntStream.range(0, 333).map(split::length).sum();
    assertThat(padded(batches)).isLessThan(real * 120 / 100);
    List<Integer> lengths = batches.stream().map(batch -> split.batch(batch, 0).length()).toList();
    assertThat(lengths).isNotEqualTo(lengths.stream().sorted().toList());
  }

  @Test
  void batchesForAnsweringHaveEveryExampleOnceAndAreSmall() {
    List<int[]> batches = Batches.byLength(split);
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
    assertThat(flat(Batches.byLength(one))).containsExactly(0);
    assertThat(Batches.byLength(new Split(List.of(), new double[0]))).isEmpty();
  }
}
