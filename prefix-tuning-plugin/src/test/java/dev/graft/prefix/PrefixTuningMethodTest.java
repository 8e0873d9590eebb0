package dev.graft.prefix;

import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import org.junit.jupiter.api.Test;

class PrefixTuningMethodTest {
  @Test
  void theCountIsThatOfKeysAndValuesInEveryLayer() {
    DeclaredGraft graft = onBert(24, 1024, "prefix-tuning:virtual-tokens=5").grafts().get(0);
    assertThat(graft.trainedCount()).isEqualTo(245_760);
    assertThat(graft.positionShift()).isEqualTo(5);
  }

  @Test
  void byDefaultThereAreAsManyParametersAsLoraHas() {
    assertThat(onBert(12, 768, "prefix-tuning").methodCount()).isEqualTo(294_912);
  }

  @Test
  void aProjectionIsAsWideAsTheKeysUnlessItsWidthIsGiven() {
    DeclaredGraft graft =
        onBert(2, 64, "prefix-tuning:virtual-tokens=3,projection=true").grafts().get(0);
    assertThat(graft.owned())
        .extracting(Owned::name, owned -> owned.spec().shape().toString())
        .containsExactly(
            tuple("prefix.embedding", "(3, 64)"),
            tuple("prefix.transform.0.weight", "(64, 64)"),
            tuple("prefix.transform.0.bias", "(64)"),
            tuple("prefix.transform.2.weight", "(256, 64)"),
            tuple("prefix.transform.2.bias", "(256)"));
    assertThat(onBert(2, 64, "prefix-tuning:projection=true,projection-width=8").methodCount())
        .isEqualTo(16 * 64 + (64 * 8 + 8) + (8 * 256 + 256));
  }
}
