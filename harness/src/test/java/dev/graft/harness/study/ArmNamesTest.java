package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.harness.training.Rates;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.methods.Methods;
import dev.graft.program.Precision;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArmNamesTest {
  private static final Methods METHODS = Methods.installed();
  private static final Arm LORA =
      new Arm("/m/bert", "/t/SST-2", "lora", false, "cpu", Precision.FLOAT32, Recipe.DEFAULT);

  private static List<String> names(Arm... arms) {
    return List.copyOf(ArmNames.of(List.of(arms), METHODS).keySet());
  }

  private static List<String> names(String... stacks) {
    return names(Stream.of(stacks).map(LORA::withMethod).toArray(Arm[]::new));
  }

  @Test
  void whatVariesIsNamedDefaultsIncluded() {
    assertThat(names("lora:rank=1", "lora", "lora:rank=64"))
        .containsExactly("lora:rank=1", "lora:rank=8", "lora:rank=64");
    assertThat(names("lora:alpha=4", "lora:rank=1"))
        .containsExactly("lora:rank=8,alpha=4", "lora:rank=1,alpha=8");
  }

  @Test
  void whatIsHeldIsNotNamedUnlessAStackAloneHasItsMethods() {
    assertThat(names("lora:rank=1,targets=all-linear", "lora:rank=2,targets=all-linear", "full"))
        .containsExactly("lora:rank=1", "lora:rank=2", "full");
    assertThat(names("lora", "houlsby", "full")).containsExactly("lora", "houlsby", "full");
    assertThat(names("lora:rank=2", "head-only")).containsExactly("lora:rank=2", "head-only");
  }

  @Test
  void stacksAreToldApartPlaceByPlace() {
    assertThat(names("lora+prefix-tuning", "lora:rank=2+prefix-tuning", "lora"))
        .containsExactly("lora:rank=8+prefix-tuning", "lora:rank=2+prefix-tuning", "lora");
  }

  @Test
  void whatElseVariesFollowsInParentheses() {
    Recipe longer = recipe(3, Rates.RECOMMENDED);
    Arm half = new Arm("/m/bert", "/t/SST-2", "lora", false, "cpu", Precision.BFLOAT16, longer);
    assertThat(names(LORA, half))
        .containsExactly("lora (float32, epochs=1)", "lora (bfloat16, epochs=3)");
    assertThat(names(LORA, LORA.onUntrainedHost()))
        .containsExactly("lora", "lora (untrained host)");
    assertThat(
            names(
                LORA.withRecipe(recipe(1, Rates.of(5e-4))),
                LORA.withRecipe(recipe(1, Rates.of(1e-3)))))
        .containsExactly("lora (learning-rate=0.0005)", "lora (learning-rate=0.001)");
  }

  @Test
  void whatOnlySomeRecipesSayIsNamedOfAll() {
    Recipe tokens = Recipe.DEFAULT.withBatchTokens(2048);
    assertThat(names(LORA, LORA.withRecipe(tokens)))
        .containsExactly(
            "lora (batch-size=16, batch-tokens=none)",
            "lora (batch-size=of the tokens, batch-tokens=2048)");
    assertThat(names(LORA.withRecipe(tokens), LORA.withRecipe(tokens.withBatchTokens(4096))))
        .containsExactly("lora (batch-tokens=2048)", "lora (batch-tokens=4096)");
    assertThat(names(LORA, LORA.withRecipe(checkpointed())))
        .containsExactly("lora (checkpointing=false)", "lora (checkpointing=true)");
  }

  private static Recipe checkpointed() {
    Recipe other = Recipe.DEFAULT;
    return new Recipe(
        other.epochs(),
        other.steps(),
        other.batchSize(),
        other.batchTokens(),
        other.warmup(),
        other.weightDecay(),
        other.clipNorm(),
        other.rates(),
        other.maxLength(),
        other.hostDropout(),
        Optional.of(true),
        other.patience(),
        other.keepBest(),
        other.cudaGraphs());
  }

  @Test
  void modelsAndTasksAreNamedAsShortAsTellsThemApart() {
    String commit = "@" + "0123456789".repeat(4);
    assertThat(names(LORA.withModel("hf:google/bert-base" + commit), LORA.withModel("/x/gpt2")))
        .containsExactly("lora (bert-base)", "lora (gpt2)");
    assertThat(names(LORA.withModel("/a/model"), LORA.withModel("/b/model")))
        .containsExactly("lora (a/model)", "lora (b/model)");
    assertThat(
            names(
                LORA.withModel("hf:a/b@" + "0".repeat(40)),
                LORA.withModel("hf:a/b@" + "1".repeat(40))))
        .containsExactly(
            "lora (hf:a/b@" + "0".repeat(40) + ")", "lora (hf:a/b@" + "1".repeat(40) + ")");
  }

  @Test
  void equalArmsHaveNoNames() {
    assertThatThrownBy(() -> names("lora", "lora:rank=8"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two arms are lora");
  }

  private static Recipe recipe(int epochs, Rates rates) {
    Recipe other = Recipe.DEFAULT;
    return new Recipe(
        epochs,
        other.steps(),
        other.batchSize(),
        other.warmup(),
        other.weightDecay(),
        other.clipNorm(),
        rates,
        other.maxLength(),
        other.hostDropout(),
        other.patience(),
        other.keepBest(),
        other.cudaGraphs());
  }
}
