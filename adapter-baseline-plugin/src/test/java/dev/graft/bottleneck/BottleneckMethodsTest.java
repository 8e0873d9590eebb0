package dev.graft.bottleneck;

import static dev.graft.testing.Stacks.assertRefused;
import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BottleneckMethodsTest {
  @Test
  void linsCountsAreThoseOfThePaperForGpt2() {
    assertThat(onBert(24, 1024, "lin:bottleneck=6").methodCount()).isEqualTo(368_784);
    assertThat(onBert(24, 1024, "lin:bottleneck=224").methodCount()).isEqualTo(11_089_152);
    assertThat(onBert(36, 1280, "lin:bottleneck=8").methodCount()).isEqualTo(875_808);
    assertThat(onBert(36, 1280, "lin:bottleneck=248").methodCount()).isEqualTo(23_002_848);
  }

  @Test
  void houlsbysCountsAreThoseOfThePaperForGpt3() {
    assertThat(onBert(96, 12288, "houlsby:bottleneck=1").methodCount()).isEqualTo(7_078_080);
    assertThat(onBert(96, 12288, "houlsby:bottleneck=16").methodCount()).isEqualTo(77_859_840);
    assertThat(onBert(96, 12288, "houlsby:bottleneck=64").methodCount()).isEqualTo(304_361_472);
  }

  @Test
  void pfeiffersCountsAreThoseOfOneAdapterABlock() {
    assertThat(onBert(12, 768, "pfeiffer").methodCount()).isEqualTo(304_320);
    assertThat(onBert(12, 768, "pfeiffer:bottleneck=48").methodCount()).isEqualTo(894_528);
  }

  @Test
  void byDefaultAllHaveAboutAsManyParametersAsLora() {
    assertThat(onBert(12, 768, "houlsby").methodCount()).isBetween(294_912L, 325_000L);
    assertThat(onBert(12, 768, "lin").methodCount()).isBetween(294_912L, 325_000L);
    assertThat(onBert(12, 768, "pfeiffer").methodCount()).isBetween(294_912L, 325_000L);
  }

  @Test
  void noBottleneckAtAllIsRefused() {
    assertRefused(
        "pfeiffer:bottleneck=0",
        """
        The setting 'bottleneck' of pfeiffer can't be '0'.
          expected: whole number from 1 to 65536
          found: 0""");
  }

  @Test
  void anUnknownActivationIsRefused() {
    assertRefused(
        "houlsby:activation=swish",
        """
        The setting 'activation' of houlsby can't be 'swish'.
          expected: gelu, gelu-tanh, relu, silu, tanh
          found: swish""");
  }
}
