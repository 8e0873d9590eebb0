package dev.graft.bottleneck;

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
    assertThat(onBert(12, 768, "parallel").methodCount()).isBetween(294_912L, 325_000L);
  }

  @Test
  void houlsbysCountsWithNormsAreThoseOfTheLoraPapersFormula() {
    // n (2 d r + r + d) + 2 m d: two adapters and two norms a block, and the norm of embeddings.
    long adapters = 48 * (2 * 1024 * 64 + 64 + 1024);
    assertThat(onBert(24, 1024, "houlsby:bottleneck=64").methodCount()).isEqualTo(adapters);
    assertThat(onBert(24, 1024, "houlsby:bottleneck=64,train-norms=true").methodCount())
        .isEqualTo(adapters + 49 * 2 * 1024);
  }

  @Test
  void parallelAdaptersHaveAsManyAsPfeiffersAndAScaleEachIfItIsLearned() {
    assertThat(onBert(12, 768, "parallel").methodCount()).isEqualTo(304_320);
    assertThat(onBert(12, 768, "parallel:learn-scale=true").methodCount()).isEqualTo(304_332);
  }

  @Test
  void aReductionFactorDividesTheHostsWidth() {
    assertThat(onBert(12, 768, "pfeiffer:reduction-factor=16").methodCount())
        .isEqualTo(onBert(12, 768, "pfeiffer:bottleneck=48").methodCount());
    assertThat(onBert(2, 64, "parallel:reduction-factor=2.5").methodCount())
        .isEqualTo(onBert(2, 64, "parallel:bottleneck=25").methodCount());
    assertThat(onBert(2, 64, "lin:bottleneck=16").methodCount())
        .isEqualTo(onBert(2, 64, "lin").methodCount());
  }

  @Test
  void droppedLayersHaveNoAdapters() {
    assertThat(onBert(12, 768, "pfeiffer:drop-layers=5").methodCount()).isEqualTo(7 * 25_360);
    assertThat(onBert(12, 768, "houlsby:drop-layers=11").methodCount())
        .isEqualTo(onBert(1, 768, "houlsby").methodCount());
    assertThat(onBert(12, 768, "lin:drop-layers=4").methodCount())
        .isEqualTo(onBert(8, 768, "lin").methodCount());
    assertThat(onBert(12, 768, "parallel:drop-layers=1,train-norms=true").methodCount())
        .isEqualTo(11 * (25_360 + 2 * 2 * 768));
  }
}
