package dev.graft.harness.measure.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.Estimate;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often two arms are judged wrongly whose differences by seed and by example are normal. */
class LevelTest {
  private static final int RUNS = 2000;
  private static final int WRONG_AT_MOST = 130; // 5% and three standard errors

  private final Random random = new Random(3);

  /**
   * What a study may find.
   *
   * @param deviation between seeds, relative to the standard error that the examples leave
   */
  private Difference found(double truth, int seeds, double deviation) {
    double[] bySeed =
        IntStream.range(0, seeds).mapToDouble(i -> deviation * random.nextGaussian()).toArray();
    return new Difference(
        truth + StatUtils.mean(bySeed) + random.nextGaussian(),
        seeds,
        new Spread(StatUtils.variance(bySeed) / seeds, seeds - 1),
        new Spread(1, 500),
        0);
  }

  /** What a p-value below 5% says, as the two agree. */
  private static boolean isDifferent(Difference found) {
    return found.interval().low() > 0 || found.interval().high() < 0;
  }

  private static boolean isEqualWithin(double margin, Difference found) {
    Estimate interval = found.interval(0.1);
    return interval.low() > -margin && interval.high() < margin;
  }

  private long count(double truth, int seeds, double deviation, Predicate<Difference> claim) {
    return IntStream.range(0, RUNS)
        .filter(run -> claim.test(found(truth, seeds, deviation)))
        .count();
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "2, 5", "3, 1", "3, 5", "5, 3", "10, 3"})
  void neitherADifferenceNorEqualityIsClaimedWronglyMoreThanOnceInTwenty(
      int seeds, double deviation) {
    assertThat(count(0, seeds, deviation, LevelTest::isDifferent)).isLessThan(WRONG_AT_MOST);
    double margin = 4 * Math.sqrt(1 + deviation * deviation / seeds);
    assertThat(count(margin, seeds, deviation, found -> isEqualWithin(margin, found)))
        .isLessThan(WRONG_AT_MOST);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "5, 3"})
  void pValuesAreTheLevelsOfIntervals(int seeds, double deviation) {
    for (int run = 0; run < 20; run++) {
      Difference found = found(3, seeds, deviation);
      double ofNone = found.ofNoDifference();
      double ofBeyond = found.ofDifferenceBeyond(2 * Math.abs(found.value()));
      assertThat(found.interval(ofNone).low() * found.interval(ofNone).high())
          .isCloseTo(0, within(1e-6));
      assertThat(ofBeyond).isCloseTo(ofNone / 2, within(1e-9));
    }
  }

  /** It could not claim anything wrongly if it never claimed anything. */
  @ParameterizedTest
  @CsvSource({"3, 1", "5, 1", "10, 3"})
  void theLeastDifferenceIsFoundFourTimesInFive(int seeds, double deviation) {
    Difference expected =
        new Difference(
            0, seeds, new Spread(deviation * deviation / seeds, seeds - 1), new Spread(1, 500), 0);
    double least = expected.least(0.05, 0.8);

    assertThat(count(least, seeds, deviation, LevelTest::isDifferent)).isBetween(1540L, 1660L);
  }
}
