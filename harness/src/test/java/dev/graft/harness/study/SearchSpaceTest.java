package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.study.Tuning.Search;
import dev.graft.harness.training.Peaks;
import dev.graft.harness.training.Rates;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Model;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchSpaceTest {
  @TempDir Path folder;
  private TinyStudy tiny;

  @BeforeEach
  void writeTheModelAndTheTask() {
    tiny = new TinyStudy(folder);
  }

  private Arm arm(String method) {
    Arm arm = tiny.arm(method);
    return arm.withRecipe(arm.recipe().withRates(Rates.RECOMMENDED));
  }

  private List<Arm> candidates(Arm arm, int trials, Search search) {
    HostShape host = Model.check(ModelDirectory.open(tiny.model()));
    Labelling task = new Labelling(TaskFinder.open(tiny.task().toString()));
    Stack stack =
        Stack.of(host, StackSpec.parse(arm.method(), Methods.installed()), task.head(host));
    return SearchSpace.of(new CheckedArm(arm, stack, arm.recipe().planned(12)))
        .candidates(new Tuning(trials, search, Optional.empty(), 7));
  }

  private static List<Double> rates(List<Arm> arms, int item) {
    return arms.stream().map(arm -> arm.recipe().rates().methods().get(item)).toList();
  }

  @Test
  void learningRatesOfEachMethodAndOfTheHeadAreDrawnInTheirRanges() {
    List<Arm> found = candidates(arm("lora+houlsby"), 64, Search.RANDOM);
    double low = Peaks.factor(16, 72) * Methods.installed().get("lora").spec().learningRate() / 32;

    assertThat(found).hasSize(64).doesNotHaveDuplicates();
    assertThat(rates(found, 0)).allMatch(rate -> rate >= low && rate <= 128 * low);
    assertThat(rates(found, 1)).isNotEqualTo(rates(found, 0));
    assertThat(found.stream().map(arm -> arm.recipe().rates().ofHead()).distinct())
        .as("drawn anew, though two may round to the same three digits")
        .hasSizeGreaterThan(56);
    assertThat(rates(found, 0).stream().filter(rate -> rate < Math.sqrt(128) * low).count())
        .as("half of them below the geometric mean")
        .isBetween(20L, 44L);
  }

  /** So that no arm has the luckier draws, and a larger budget goes on with a smaller one. */
  @Test
  void allArmsAndBudgetsShareTheirDraws() {
    List<Arm> lora = candidates(arm("lora"), 8, Search.RANDOM);
    List<Arm> ranked = candidates(arm("lora:rank=1"), 16, Search.RANDOM);

    assertThat(rates(ranked, 0).subList(0, 8)).isEqualTo(rates(lora, 0));
  }

  @Test
  void whatIsNamedIsHeld() {
    Arm named =
        arm("lora")
            .withRecipe(
                arm("lora").recipe().withRates(new Rates(List.of(0.001), Optional.of(0.002))));

    assertThatThrownBy(() -> candidates(named, 4, Search.RANDOM))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("Nothing of lora is left to be tuned.");
    assertThat(candidates(arm("parallel:scale=2"), 4, Search.RANDOM))
        .extracting(Arm::method)
        .containsOnly("parallel:scale=2");
  }

  @Test
  void settingsThatAMethodDeclaresAreTuned() {
    assertThat(candidates(arm("parallel"), 8, Search.RANDOM))
        .extracting(Arm::method)
        .doesNotHaveDuplicates()
        .allMatch(method -> method.startsWith("parallel:scale="));
  }

  @Test
  void aMethodThatTrainsNothingHasNoRateToTune() {
    assertThat(rates(candidates(arm("head-only"), 4, Search.RANDOM), 0))
        .hasSize(4)
        .containsOnly(Peaks.factor(16, 72) * 5e-4);
  }

  @Test
  void aGridHasAllCombinations() {
    List<Arm> found = candidates(arm("lora"), 9, Search.GRID);

    assertThat(found).doesNotHaveDuplicates();
    assertThat(rates(found, 0).stream().distinct()).hasSize(3);
    assertThatThrownBy(() -> candidates(arm("lora"), 8, Search.GRID))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("4 or 9: a grid over 2 settings");
  }

  @Test
  void halvingSpendsAsMuchOnEachRung() {
    assertThat(rungs(9, 3, 90).rungs())
        .containsExactly(new Rungs.Rung(9, 10), new Rungs.Rung(3, 30), new Rungs.Rung(1, 90));
    assertThat(rungs(10, 2, 80).rungs())
        .containsExactly(
            new Rungs.Rung(10, 10),
            new Rungs.Rung(5, 20),
            new Rungs.Rung(2, 40),
            new Rungs.Rung(1, 80));
    assertThat(rungs(2, 3, 90).rungs()).containsExactly(new Rungs.Rung(2, 90));
  }

  private static Rungs rungs(int trials, int factor, int steps) {
    return Rungs.of(new Tuning(trials, Tuning.Search.RANDOM, Optional.of(factor), 1), steps);
  }

  @Test
  void whatGoesOnIsATrialAtEachRungAndTrainsItsStepsOnce() {
    Rungs rungs = rungs(9, 3, 90);
    assertThat(rungs.trials()).isEqualTo(9 + 3 + 1);
    assertThat(rungs.steps()).isEqualTo(9 * 10 + 3 * 20 + 60);
  }
}
