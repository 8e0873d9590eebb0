package dev.graft.harness.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UpcomingBatchesTest {
  private static final int EXAMPLES = 21;
  private static final int PER_EPOCH = 6;

  private final Split split =
      new Split(
          IntStream.range(0, EXAMPLES)
              .mapToObj(i -> new Tokens(new long[] {i, i}, new long[2]))
              .toList(),
          IntStream.range(0, EXAMPLES).asDoubleStream().toArray());

  private static List<String> targets(UpcomingBatches batches, int number) {
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      UpcomingBatches.Batch batch = batches.next();
      assertThat(batch.tokens().rows()).isEqualTo(batch.targets().length);
      targets.add(Arrays.toString(batch.targets()));
    }
    return targets;
  }

  @Test
  void stepsHaveTheBatchesOfTheirEpochs() {
    List<String> expected = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      Batches.epoch(split, 4, SeedMix.ofEpoch(7, epoch))
          .forEach(chosen -> expected.add(Arrays.toString(split.targets(chosen))));
    }
    try (UpcomingBatches batches = new UpcomingBatches(split, 4, 7, 0, 3 * PER_EPOCH, 0)) {
      assertThat(targets(batches, 3 * PER_EPOCH)).isEqualTo(expected);
    }
    try (UpcomingBatches later = new UpcomingBatches(split, 4, 7, 8, 10, 0)) {
      assertThat(targets(later, 2)).isEqualTo(expected.subList(8, 10));
      assertThatThrownBy(later::next).hasMessage("no step is left");
    }
  }

  /** Of which the second batch can't be read. */
  private record Failing(Examples all) implements Examples {
    @Override
    public int size() {
      return all.size();
    }

    @Override
    public int length(int example) {
      return all.length(example);
    }

    @Override
    public boolean isCut(int example) {
      return all.isCut(example);
    }

    @Override
    public TokenBatch batch(int[] examples, int paddingId) {
      if (examples[0] >= 4) {
        throw GraftException.input("The example can't be read.");
      }
      return all.batch(examples, paddingId);
    }

    @Override
    public double[] targets(int[] examples) {
      return all.targets(examples);
    }
  }

  @Test
  void aFailureIsToldWhenItsBatchIsAskedFor() {
    int[] read = {0};
    try (UpcomingBatches batches =
        new UpcomingBatches(new Failing(split), 4, 7, 0, 3 * PER_EPOCH, 0)) {
      assertThatThrownBy(
              () -> {
                for (int step = 0; step < 3 * PER_EPOCH; step++) {
                  batches.next();
                  read[0]++;
                }
              })
          .isInstanceOf(GraftException.class)
          .hasMessage("The example can't be read.");
    }
    assertThat(read[0]).isLessThan(PER_EPOCH);
  }
}
