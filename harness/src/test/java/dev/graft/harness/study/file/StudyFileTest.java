package dev.graft.harness.study.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.api.settings.Settings;
import dev.graft.conformance.TinyHosts;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.training.Rates;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.program.Precision;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyFileTest {
  private static final Methods METHODS = Methods.installed();
  private static final HostShape HOST = HostShape.of(TinyHosts.config("bert"));

  @TempDir private Path folder;

  private Declaration read(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("study.yaml"), text);
    return StudyFile.read(file, new Defaults(() -> "/the/default", "cpu"), METHODS);
  }

  private static Study study(Declaration declaration) {
    return declaration.study(name -> name, name -> HOST, METHODS);
  }

  private List<String> arms(String text) throws IOException {
    return List.copyOf(study(read(text)).arms().keySet());
  }

  @Test
  void theFirstAblationOfTheReadmeHasTenArmsAndTwelveLinesAtMost() throws IOException {
    Path file = Path.of("harness/studies/ranks.yaml");
    assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(12);

    Study study = study(StudyFile.read(file, new Defaults(() -> "/the/default", "cpu"), METHODS));

    assertThat(study.seeds()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(study.arms().keySet())
        .hasSize(10)
        .startsWith("lora:rank=1,targets=[query,value]", "lora:rank=2,targets=[query,value]")
        .endsWith("lora:rank=8,targets=all-linear", "lora:rank=64,targets=all-linear");
  }

  @Test
  void everyKeyIsReadAndTheRestHasDefaults() throws IOException {
    Declaration declaration =
        read(
            """
            name: everything
            model: models/bert
            task: SST-2
            device: gpu:1
            precision: bfloat16
            untrained: true
            steps: 100
            batch-size: 8
            learning-rate: 1e-3
            head-rate: 0.01
            warmup: 0.1
            weight-decay: 0
            max-length: 64
            host-dropout: 0
            patience: 2
            keep: best
            methods: [full, lora]
            baseline: lora
            seeds: [3, 5]
            tuning: {trials: 16, search: grid, halving: 2, seed: 9}
            latency: {sizes: [4x16], processes: 4, rounds: 50, margin: 0.1, limit: 2}
            parallel: 2
            timeout: 1.5
            """);
    Study study = study(declaration);
    Arm arm = study.arms().get("full");
    Recipe recipe = arm.recipe();

    assertThat(declaration.name()).contains("everything");
    assertThat(arm.model()).isEqualTo(folder.resolve("models/bert").toString());
    assertThat(arm.task()).isEqualTo(folder.resolve("SST-2").toString());
    assertThat(arm.device()).isEqualTo("gpu:1");
    assertThat(arm.precision()).isEqualTo(Precision.BFLOAT16);
    assertThat(arm.untrained()).isTrue();
    assertThat(recipe.steps()).contains(100);
    assertThat(recipe.written())
        .containsEntry("batch-size", "8")
        .containsEntry("learning-rate", "0.001")
        .containsEntry("head-rate", "0.01")
        .containsEntry("warmup", "0.1")
        .containsEntry("weight-decay", "0.0")
        .containsEntry("max-length", "64")
        .containsEntry("host-dropout", "0.0")
        .containsEntry("patience", "2")
        .containsEntry("keep", "best");
    assertThat(study.baseline()).isEqualTo("lora");
    assertThat(study.seeds()).containsExactly(3L, 5L);
    assertThat(study.tuning()).contains(new Tuning(16, Tuning.Search.GRID, Optional.of(2), 9));
    assertThat(study.latency())
        .contains(new LatencySpec(List.of(new LatencySpec.Size(4, 16)), 4, 50, 0.1, 2));
    assertThat(declaration.execution().parallel()).contains(2);
    assertThat(declaration.execution().timeout()).contains(Duration.ofSeconds(90));

    Study byTokens = study(read("methods: lora\nbatch-tokens: 2048\nlatency: false\n"));
    assertThat(byTokens.arms().get("lora").recipe().written())
        .containsEntry("batch-size", "of the tokens")
        .containsEntry("batch-tokens", "2048");

    Study small = study(read("methods: lora\nlatency: false\n"));
    assertThat(small.arms().get("lora"))
        .isEqualTo(
            new Arm(
                "/the/default",
                "reviews",
                "lora",
                false,
                "cpu",
                Precision.FLOAT32,
                Recipe.DEFAULT));
    assertThat(small.seeds()).containsExactly(1L);
    assertThat(small.latency()).isEmpty();
  }

  @Test
  void anyKeyMayVaryAndTheLastChangesFirst() throws IOException {
    assertThat(
            arms(
                """
                vary: {epochs: [1, 3], precision: [float32, bfloat16]}
                methods: [full, lora]
                """))
        .containsExactly(
            "full (float32, epochs=1)",
            "lora (float32, epochs=1)",
            "full (float32, epochs=3)",
            "lora (float32, epochs=3)",
            "full (bfloat16, epochs=1)",
            "lora (bfloat16, epochs=1)",
            "full (bfloat16, epochs=3)",
            "lora (bfloat16, epochs=3)");
  }

  @Test
  void aStackMayHaveARateForEachOfItsMethods() throws IOException {
    Study held = study(read("methods: lora+bitfit\nlearning-rate: [1e-3, 1e-4]\n"));
    assertThat(held.arms().get("lora+bitfit").recipe().rates())
        .isEqualTo(new Rates(List.of(1e-3, 1e-4), Optional.empty()));
    assertThat(
            arms(
                """
                methods: [lora+bitfit]
                vary: {learning-rate: [[1e-3, 1e-4], [1e-3, 1e-3], 1e-3]}
                """))
        .containsExactly(
            "lora+bitfit (learning-rate=[0.001,0.0001])",
            "lora+bitfit (learning-rate=[0.001,0.001])",
            "lora+bitfit (learning-rate=0.001)");
  }

  @Test
  void settingsAreTextsListsOrPatterns() throws IOException {
    Study study =
        study(
            read(
                """
                methods:
                  - {method: lora, rank: 4, targets: [query, mlp.up], rank-pattern: {mlp.up: 2}}
                  - method: lora
                    vary: {alpha: [8, 1.5], dora: [true, false]}
                """));
    assertThat(study.arms().values())
        .extracting(Arm::method)
        .containsExactly(
            "lora:rank=4,targets=[query,mlp.up],rank-pattern=[mlp.up=2]",
            "lora:dora=true",
            "lora",
            "lora:alpha=1.5,dora=true",
            "lora:alpha=1.5");
  }

  @Test
  void aStackIsTakenApart() throws IOException {
    assertThat(
            arms(
                """
                methods:
                  - stack: [{method: lora, rank: 4}, prefix-tuning, bitfit]
                    leave-one-out: true
                """))
        .containsExactly(
            "lora:rank=4+prefix-tuning+bitfit",
            "prefix-tuning+bitfit",
            "lora:rank=4+bitfit",
            "lora:rank=4+prefix-tuning");
  }

  @Test
  void sizesAreMatchedByTheFirstSettingThatMakesAMethodGrow() throws IOException {
    Study study =
        study(
            read(
                """
                match: {parameters: 10000, within: 10%}
                methods:
                  - lora
                  - houlsby
                  - prefix-tuning
                  - {method: full, match: false}
                """));
    assertThat(study.arms().values())
        .extracting(Arm::method)
        .satisfiesExactly(
            lora -> assertThat(lora).startsWith("lora:rank="),
            houlsby -> assertThat(houlsby).startsWith("houlsby:bottleneck="),
            prefix -> assertThat(prefix).startsWith("prefix-tuning:virtual-tokens="),
            full -> assertThat(full).isEqualTo("full"));
    assertThat(study.arms().values())
        .filteredOn(arm -> !arm.method().equals("full"))
        .allSatisfy(arm -> assertThat(count(arm.method())).isBetween(9_000L, 11_000L));
  }

  @Test
  void theNearestSizeIsTakenAndOthersAreNot() throws IOException {
    long four = count("lora:rank=4");
    String text = "methods: [{method: lora, match: {parameters: %s, within: %s}}]\n";

    assertThat(study(read(text.formatted(four + 1, "1%"))).arms().values())
        .extracting(Arm::method)
        .containsExactly("lora:rank=4");
    Declaration between = read(text.formatted(four * 9 / 8, "2%"));
    assertThatThrownBy(() -> study(between))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("No 'rank' gives lora %s parameters.", four * 9 / 8)
        .hasMessageContaining("found: rank=4 has %s, rank=5 has %s", four, count("lora:rank=5"))
        .hasMessageContaining("study.yaml, line 1, column 11");
  }

  @Test
  void anotherSettingIsMatchedWhereItIsNamed() throws IOException {
    long two = count("top-layers:layers=2");
    assertThat(
            arms(
                "methods: [{method: top-layers, match: {parameters: %s, by: layers}}]\n"
                    .formatted(two)))
        .containsExactly("top-layers");
  }

  @Test
  void whatAMethodTakesNeedNotBeginAtAPowerOfTwo() throws IOException {
    long nine = count("adalora:initial-rank=9");
    assertThat(
            study(
                    read(
                        "methods: [{method: adalora, match: {parameters: %s, within: 0%%}}]\n"
                            .formatted(nine)))
                .arms()
                .values())
        .extracting(Arm::method)
        .containsExactly("adalora:initial-rank=9");
  }

  private static long count(String stack) {
    StackSpec.Item item = StackSpec.parse(stack, METHODS).items().get(0);
    DeclaredGraft graft = new DeclaredGraft("counted");
    Stack.declare(HOST, item, graft);
    return graft.trainedCount();
  }

  @Test
  void whatIsWrittenReadsBackToTheSameStudy() throws IOException {
    for (String text :
        List.of(
            "methods: lora",
            """
            name: 'yes: 2'
            vary: {model: [a, 'hf:b/c'], warmup: [0, 1e-7]}
            methods: [lora]
            """,
            """
            match: {parameters: 10000, within: 12.5%, by: rank}
            methods: [lora, {method: vera, match: false}]
            latency: false
            """,
            """
            methods:
              - stack: [{method: lora, match: {parameters: 5000, within: 9%}}, bitfit]
                leave-one-out: true
            steps: 7
            tuning: {trials: 4}
            latency: {rows: [1, 4], lengths: [8, 16], processes: 5, rounds: 9, limit: 0.5}
            parallel: 3
            """,
            "methods: lora+bitfit\nlearning-rate: [1e-3, 1e-4]",
            """
            methods: [lora+bitfit]
            vary: {learning-rate: [[1e-3, 1e-4], [1e-3, 1e-3], 1e-3]}
            """,
            """
            methods: [{method: lora, targets: ['/layers\\.[01],?.*/'], vary: {rank: [1, 8]}}]
            baseline: lora:rank=8
            seeds: [7]
            timeout: 5
            """)) {
      Declaration declaration = read(text);
      Declaration again = read(StudyText.of(declaration));
      assertThat(study(again)).isEqualTo(study(declaration));
      assertThat(again.name()).isEqualTo(declaration.name());
      assertThat(again.execution()).isEqualTo(declaration.execution());
      assertThat(StudyText.of(again)).isEqualTo(StudyText.of(declaration));
    }
  }

  @Test
  void settingsKeepWhatTheyAre() throws IOException {
    Study study = study(read("methods: [{method: lora, alpha: 1e1, initializer: pissa}]\n"));
    Settings settings =
        StackSpec.parse(study.arms().values().iterator().next().method(), METHODS)
            .items()
            .get(0)
            .settings();
    assertThat(settings.written())
        .containsEntry("alpha", "10")
        .containsEntry("initializer", "pissa");
  }
}
