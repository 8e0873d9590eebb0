package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedAccuracyTest {
  @Test
  void onlyExamplesThatOneGetsRightAndTheOtherWrongAreCounted() {
    double[] gold = {0, 1, 2, 0, 1};
    assertThat(PairedAccuracy.of(new double[] {0, 1, 1, 0, 0}, new double[] {1, 1, 0, 2, 1}, gold))
        .isEqualTo(new PairedAccuracy(5, 2, 1));
  }

  @Test
  void theIntervalAndTheTestAreThoseOfTangosExample() {
    // the disinfection of contact lenses: 44 pairs, one discordant, margin 0.1: Z = 1.709
    PairedAccuracy lenses = new PairedAccuracy(44, 0, 1);
    assertThat(lenses.equivalence(0.1)).isEqualTo(0.04377, within(1e-4));
    Estimate difference = lenses.difference();
    assertThat(difference.value()).isEqualTo(-1 / 44.0);
    assertThat(difference.low()).isEqualTo(-0.118077, within(1e-6));
    assertThat(difference.high()).isEqualTo(0.059393, within(1e-6));
  }

  @Test
  void exchangingTheTwoTurnsTheSign() {
    Estimate difference = new PairedAccuracy(872, 12, 5).difference();
    Estimate exchanged = new PairedAccuracy(872, 5, 12).difference();
    assertThat(difference.low()).isEqualTo(-0.0013895611, within(1e-8));
    assertThat(difference.high()).isEqualTo(0.0188536116, within(1e-8));
    assertThat(exchanged.low()).isEqualTo(-difference.high(), within(1e-8));
    assertThat(exchanged.high()).isEqualTo(-difference.low(), within(1e-8));
  }

  @Test
  void equalPredictionsAreEquivalentOnlyIfThereAreEnoughOfThem() {
    // z = sqrt(n * margin / (1 - margin))
    assertThat(new PairedAccuracy(1000, 0, 0).equivalence(0.02)).isLessThan(1e-5);
    assertThat(new PairedAccuracy(100, 0, 0).equivalence(0.02)).isEqualTo(0.0765, within(1e-3));
    assertThat(new PairedAccuracy(1000, 0, 0).difference().high())
        .isEqualTo(0.0038267585, within(1e-8));
  }

  @Test
  void aDifferenceAsLargeAsTheMarginIsNotEquivalent() {
    assertThat(new PairedAccuracy(1000, 60, 40).equivalence(0.02)).isEqualTo(0.5, within(1e-9));
    assertThat(new PairedAccuracy(1000, 40, 60).equivalence(0.02)).isEqualTo(0.5, within(1e-9));
    assertThat(new PairedAccuracy(1000, 90, 10).equivalence(0.02)).isGreaterThan(0.99);
  }

  @Test
  void oneThatIsAlwaysRightAgainstOneThatNeverIs() {
    Estimate difference = new PairedAccuracy(44, 44, 0).difference();
    assertThat(difference.value()).isEqualTo(1);
    assertThat(difference.high()).isEqualTo(1);
    assertThat(difference.low()).isEqualTo(0.839403, within(1e-4));
  }

  @Test
  void mcNemarIsTheExactTestOfAFairCoin() {
    // 2 * (1 + 15 + 105 + 455) / 2^15
    assertThat(new PairedAccuracy(100, 3, 12).mcNemar()).isEqualTo(1152 / 32768.0, within(1e-12));
    assertThat(new PairedAccuracy(100, 7, 7).mcNemar()).isEqualTo(1);
    assertThat(new PairedAccuracy(100, 0, 0).mcNemar()).isEqualTo(1);
  }

  @Test
  void unevenSidesImpossibleCountsAndMarginsAreErrors() {
    assertThatThrownBy(() -> PairedAccuracy.of(new double[2], new double[3], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Predictions of 2 and of 3 examples, and 3 gold answers: expected as many of each.");
    assertThatThrownBy(() -> new PairedAccuracy(3, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Of 3 examples, 2 that the first alone gets right and 2 that the second alone does.");
    assertThatThrownBy(() -> new PairedAccuracy(3, 1, 1).equivalence(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A margin of 2.0: expected a fraction between 0 and 1.");
  }
}
