package dev.graft.harness.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PaddedExamplesTest {
  private static final int PADDING = 9;

  /** Texts of these numbers of tokens, each with its own number as the target of every token. */
  private record Texts(boolean perToken, List<Integer> lengths) implements Examples {
    @Override
    public int size() {
      return lengths.size();
    }

    @Override
    public int length(int example) {
      return lengths.get(example);
    }

    @Override
    public boolean isCut(int example) {
      return false;
    }

    @Override
    public TokenBatch batch(int[] examples, int paddingId) {
      Stream<long[]> ids =
          IntStream.of(examples)
              .mapToObj(i -> IntStream.range(0, lengths.get(i)).asLongStream().toArray());
      List<Tokens> all = ids.map(each -> new Tokens(each, new long[each.length])).toList();
      return TokenBatch.of(all, paddingId);
    }

    @Override
    public double[] targets(int[] examples) {
      int width = perToken ? IntStream.of(examples).map(this::length).max().orElse(0) : 1;
      return IntStream.of(examples)
          .mapToObj(i -> IntStream.range(0, width).mapToDouble(t -> i))
          .flatMapToDouble(numbers -> numbers)
          .toArray();
    }
  }

  @Test
  void batchesHaveWholeMultiplesOfTokensAndAsManyRealOnes() {
    Examples padded = new PaddedExamples(new Texts(false, List.of(3, 5, 8)), 4, 100, false);
    int[] both = {0, 1};
    assertThat(padded.batch(both, PADDING).length()).isEqualTo(8);
    assertThat(padded.batch(both, PADDING).tokens()).isEqualTo(8);
    assertThat(padded.batch(both, PADDING).largestId()).isEqualTo(PADDING);
    assertThat(padded.batch(new int[] {2}, PADDING).length()).isEqualTo(8);
    assertThat(padded.targets(both)).containsExactly(0, 1);
  }

  @Test
  void nothingIsPredictedOfThePadding() {
    Examples padded = new PaddedExamples(new Texts(true, List.of(3, 2)), 4, 100, true);
    assertThat(padded.targets(new int[] {1, 0})).containsExactly(1, 1, 1, -100, 0, 0, 0, -100);
  }

  @Test
  void noBatchIsLongerThanTheModelHasRoomFor() {
    Examples padded = new PaddedExamples(new Texts(false, List.of(5, 7)), 4, 7, false);
    assertThat(padded.batch(new int[] {0}, PADDING).length()).isEqualTo(7);
    assertThat(padded.batch(new int[] {1}, PADDING).length()).isEqualTo(7);
  }
}
