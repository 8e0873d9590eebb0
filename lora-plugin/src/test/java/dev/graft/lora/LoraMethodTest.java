package dev.graft.lora;

import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.transformer.Owned;
import java.util.SplittableRandom;
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

  private static long count(String settings) {
    return onBert(2, 64, "lora:rank=2," + settings).methodCount();
  }

  @Test
  void excludedProjectionsAndOtherBlocksAreLeftOut() {
    long square = 2 * (64 + 64);
    long wide = 2 * (64 + 256);
    assertThat(count("targets=all-linear,exclude=[mlp.up,/.*\\.1\\.mlp\\..*/]"))
        .isEqualTo(8 * square + wide);
    assertThat(count("layers=[1]")).isEqualTo(2 * square);
    assertThat(count("layers=1,targets=all-linear,exclude=mlp.down")).isEqualTo(4 * square + wide);
  }

  @Test
  void ranksFollowTheFirstPatternThatMatches() {
    assertThat(count("rank-pattern=[0.attention.query=1,query=5]")).isEqualTo(10 * 128);
    assertThat(count("rank-pattern=[query=5,0.attention.query=1]"))
        .isEqualTo((5 + 5 + 2 + 2) * 128);
    assertThat(count("rank-pattern=[/layers\\.[01]\\..*y/=3]")).isEqualTo((3 + 3 + 2 + 2) * 128);
  }

  @Test
  void biasesAreThoseOfTheHostOrOfTheTargets() {
    assertThat(count("bias=none")).isEqualTo(4 * 256);
    assertThat(count("bias=lora-only")).isEqualTo(4 * 256 + 4 * 64);
    // In each block four square projections, the MLP's two and two norms; and the embeddings' norm.
    assertThat(count("bias=all")).isEqualTo(4 * 256 + 2 * (4 * 64 + 256 + 64 + 2 * 64) + 64);
  }

  @Test
  void modulesToSaveAreTrainedWholeAndOnce() {
    int norms = 5 * 2 * 64;
    assertThat(count("modules-to-save=[norm]")).isEqualTo(4 * 256 + norms);
    assertThat(count("modules-to-save=[embeddings]"))
        .isEqualTo(4 * 256 + (30522 + 512 + 2 + 2) * 64);
    assertThat(count("modules-to-save=[layers.0.mlp,mlp.up,norm],bias=all"))
        .isEqualTo(
            4 * 256
                + (2 * 64 * 256 + 256 + 64) // the MLP of block 0
                + (64 * 256 + 256) // its upper half in block 1
                + norms
                + (2 * 4 * 64 + 64)); // the remaining biases
  }

  @Test
  void doraHasAMagnitudeForEachOutputAndPissaOnlyBuffersMore() {
    assertThat(count("dora=true")).isEqualTo(4 * 256 + 4 * 64);
    assertThat(count("initializer=pissa")).isEqualTo(4 * 256);
    assertThat(
            onBert(2, 64, "lora:initializer=pissa").grafts().get(0).owned().stream()
                .filter(owned -> owned.role() == Owned.Role.BUFFER)
                .map(Owned::name))
        .hasSize(8)
        .contains("layers.0.attention.query.lora_A.initial");
  }

  @Test
  void theGaussiansDeviationIsOneOverTheRank() {
    ParameterSpec a = spec("lora:initializer=gaussian,rank=32", "layers.0.attention.query.lora_A");
    Initializer.Draw draw = ((Initializer.Drawn) a.initializer()).draw();
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      sum += Math.pow(draw.next(random, a.shape()), 2);
    }
    assertThat(Math.sqrt(sum / 10_000)).isCloseTo(1 / 32.0, within(0.001));
  }

  @Test
  void onlyBLearnsFaster() {
    for (Owned owned : onBert(2, 64, "lora:dora=true,bias=all,rate-ratio=16").owned()) {
      assertThat(owned.spec().rateFactor()).isEqualTo(owned.name().endsWith("lora_B") ? 16 : 1);
    }
  }

  private static ParameterSpec spec(String stack, String name) {
    return onBert(2, 64, stack).owned().stream()
        .map(Owned::spec)
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void moreRankThanTheWeightHasIsAllowed() {
    assertThat(count("rank-pattern=[query=65]")).isEqualTo(2 * 128 * 67);
  }
}
