package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.study.forecast.ArmForecast;
import dev.graft.harness.study.forecast.StudyForecast;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.Trial;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import dev.graft.model.Model;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlannedStepsTest {
  @TempDir Path folder;

  private static Study study(Map<String, Arm> arms) {
    return new Study(
        Optional.empty(),
        arms,
        arms.keySet().iterator().next(),
        List.of(1L),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void theStepsOfBatchesByTokensAreKnownBeforeATrialRuns() {
    TinyStudy tiny = new TinyStudy(folder);
    Map<String, Arm> arms = new LinkedHashMap<>();
    for (String method : List.of("head-only", "prompt-tuning:virtual-tokens=27")) {
      for (int tokens : new int[] {40, 64}) {
        Arm arm = tiny.arm(method);
        arms.put(method + " by " + tokens, arm.withRecipe(arm.recipe().withBatchTokens(tokens)));
      }
    }
    Map<String, CheckedArm> checked = new Harness().studyRunner().check(study(arms));
    StudyForecast forecast =
        StudyForecast.of(
            study(arms),
            model -> Model.check(ModelDirectory.of(model)),
            Path::of,
            Methods.installed());
    assertThat(forecast.arms())
        .extracting(ArmForecast::steps)
        .isEqualTo(checked.values().stream().map(arm -> (long) arm.steps()).toList());

    StudyFolder output = new StudyFolder(folder.resolve("output"));
    arms.forEach(
        (name, arm) ->
            assertThat(
                    new Trial(TrialSpec.reported(arm, 1), output, progress -> {})
                        .run(Methods.installed())
                        .steps()
                        .count())
                .as(name)
                .isEqualTo(checked.get(name).steps()));
    assertThat(checked.values()).extracting(CheckedArm::steps).containsExactly(72, 48, 66, 48);
  }

  /** Not by each trial once it has loaded its model. */
  @Test
  void aTextThatIsMoreThanABatchIsRefusedBeforeATrialRunsThoughStepsAreNamed() {
    TinyStudy tiny = new TinyStudy(folder);
    Arm arm = tiny.arm("head-only");
    Recipe recipe = arm.recipe().withSteps(3).withBatchTokens(2);
    Study study = study(Map.of("arm", arm.withRecipe(recipe)));
    assertThatThrownBy(() -> new Harness().studyRunner().check(study))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("A text alone is more than a batch may have.");
  }
}
