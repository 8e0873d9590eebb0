package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PowerLawTest {
  private static final List<Integer> SIZES = List.of(2, 4, 8, 32);

  private final Random random = new Random(5);

  private static List<Double> of(DoubleUnaryOperator law) {
    return SIZES.stream().map(size -> law.applyAsDouble(size)).toList();
  }

  @Test
  void thePowerOfALawIsFound() {
    assertThat(PowerLaw.exponent(SIZES, of(x -> 7 * x * x))).isCloseTo(2, within(1e-12));
    assertThat(PowerLaw.exponent(SIZES, of(x -> 7))).isCloseTo(0, within(1e-12));
    assertThat(PowerLaw.exponent(SIZES, of(x -> 3 / x))).isCloseTo(-1, within(1e-12));
  }

  @Test
  void whatIsPartlyConstantGrowsMoreSlowly() {
    assertThat(PowerLaw.exponent(SIZES, of(x -> 10 + x))).isBetween(0.2, 0.8);
  }

  @Test
  void theIntervalHoldsThePowerOfWhatRoundsScatterAround() {
    List<List<Double>> rounds =
        Stream.generate(() -> of(x -> x * Math.exp(0.1 * random.nextGaussian())))
            .limit(40)
            .toList();
    Estimate found = PowerLaw.exponents(SIZES, rounds);
    assertThat(found.low()).isLessThan(1);
    assertThat(found.high()).isGreaterThan(1);
    assertThat(found.high() - found.low()).isBetween(0.005, 0.2);
  }
}
