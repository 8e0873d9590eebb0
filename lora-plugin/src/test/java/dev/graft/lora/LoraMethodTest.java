package dev.graft.lora;

import static dev.graft.testing.Stacks.assertRefused;
import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoraMethodTest {
  @Test
  void countsAreThoseOfThePaper() {
    assertThat(onBert(12, 768, "lora").methodCount()).isEqualTo(294_912);
    assertThat(onBert(24, 1024, "lora").methodCount()).isEqualTo(786_432);
    assertThat(onBert(24, 1024, "lora:rank=4").methodCount()).isEqualTo(393_216);
    assertThat(onBert(96, 12288, "lora:rank=1").methodCount()).isEqualTo(4_718_592);
  }

  @Test
  void allLinearReachesEveryProjectionOfABlock() {
    // Four square projections, and the two of the MLP, which is four times as wide inside.
    assertThat(onBert(2, 64, "lora:rank=2,targets=all-linear").methodCount())
        .isEqualTo(2 * 2 * 64 * (4 * 2 + 2 * 5));
  }

  @Test
  void aRankOutOfRangeSaysWhatIsAllowed() {
    assertRefused(
        "lora:rank=0",
        """
        The setting 'rank' of lora can't be '0'.
          expected: whole number from 1 to 16384
          found: 0""");
  }

  @Test
  void anAlphaThatWouldTrainNothingIsRefused() {
    assertRefused(
        "lora:alpha=0",
        """
        The setting 'alpha' of lora can't be '0'.
          expected: number from 0.001 to 1000000
          found: 0""");
  }

  @Test
  void droppingAllInputsIsRefused() {
    assertRefused(
        "lora:dropout=1",
        """
        The setting 'dropout' of lora can't be '1'.
          expected: number from 0 to 0.99
          found: 1""");
  }

  @Test
  void anUnknownSettingIsRefused() {
    assertRefused(
        "lora:rnak=4",
        """
        lora has no setting 'rnak'. Did you mean 'rank'?
          expected: rank, alpha, dropout, targets""");
  }

  @Test
  void aTargetThatMatchesNothingIsRefused() {
    assertRefused(
        "lora:targets=[query,vlaue]",
        """
        The target 'vlaue' matches no projection of the bert host. Did you mean 'value'?
          expected: down, key, output, query, up, value, all-linear, a path such as layers.0.attention.query, or a regular expression over paths in slashes""");
  }
}
