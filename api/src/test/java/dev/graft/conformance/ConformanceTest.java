package dev.graft.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.methods.Methods;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.testing.EmbeddingLoraMethod;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.LoraExpertsMethod;
import dev.graft.testing.LoreftMethod;
import dev.graft.testing.OftMethod;
import dev.graft.testing.ShiraMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConformanceTest {
  private static final Methods BESIDE =
      Methods.of(List.of(new Ia3Method(), new EmbeddingLoraMethod()));

  private static final Methods NONE = Methods.of(List.of());

  static List<BrokenMethods.Broken> broken() {
    return BrokenMethods.all();
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenMethodIsCaughtByTheRuleThatIsMeant(BrokenMethods.Broken broken) {
    Conformance kit =
        Conformance.of(broken.method(), broken.rule().equals("stacking") ? BESIDE : NONE);
    // Not every host or order of a stack need show it.
    List<Check> checks =
        kit.checks().stream().filter(each -> each.rule().equals(broken.rule())).toList();

    assertThat(checks).isNotEmpty();
    assertThatThrownBy(() -> checks.forEach(Check::run))
        .isInstanceOfSatisfying(
            Violation.class, violation -> assertThat(violation.rule()).isEqualTo(broken.rule()))
        .hasMessageStartingWith("The rule '%s' is broken: ".formatted(broken.rule()))
        .hasMessageContaining(broken.message().replace("\n", System.lineSeparator()));
  }

  @Test
  void whatAnotherMethodDropsIsNotThisOnesFault() {
    PeftMethod dropping =
        broken().stream()
            .filter(broken -> broken.what().startsWith("drops what came before"))
            .findFirst()
            .orElseThrow()
            .method();

    Conformance ofInnocent = Conformance.of(new Ia3Method(), Methods.of(List.of(dropping)));
    ofInnocent.verify();
    assertThat(ofInnocent.refusals())
        .extracting(Refusal::toString)
        .containsExactlyInAnyOrder(
            "refuses ia3+given on bert: given drops what ia3 adds",
            "refuses ia3+given on llama: given drops what ia3 adds");

    assertThatThrownBy(Conformance.of(dropping, BESIDE)::verify)
        .hasMessageContaining("  alone: both keep the rule, together they break it");
  }

  @Test
  void aParameterMayBeIdleBesideAnotherMethod() {
    PeftMethod rows =
        given(
            "rows",
            (host, settings, graft) -> {
              Shape shape = Shape.of(1, 2, host.width());
              Tensor front = graft.parameter("front", shape, Initializer.normal(1));
              graft.at(
                  host.embeddings(),
                  new EmbeddingIntervention() {
                    @Override
                    public Optional<Tensor> front(Batch batch) {
                      return Optional.of(front);
                    }
                  });
            });
    PeftMethod first = // which is a token or, beside the other method, a row that nothing answers
        given(
            "first",
            (host, settings, graft) -> {
              Shape shape = Shape.of(host.width());
              Tensor scale = graft.parameter("scale", shape, Initializer.ones());
              graft.at(
                  host.blocks().get(host.layers() - 1),
                  s -> {
                    Tensor y = s.output();
                    Tensor scaled = y.slice(1, 0, 1).times(scale);
                    return Tensor.concat(1, scaled, y.slice(1, Dim.of(1), y.shape().dim(1)));
                  });
            });

    List<Check> checks =
        Conformance.of(first, Methods.of(List.of(rows))).checks().stream()
            .filter(check -> check.name().endsWith(" on llama"))
            .filter(check -> Set.of("training", "stacking").contains(check.rule()))
            .toList();
    assertThat(checks)
        .extracting(Check::name)
        .containsExactly(
            "training: first on llama",
            "stacking: first+rows on llama",
            "stacking: rows+first on llama");
    checks.forEach(Check::run);
  }

  private static PeftMethod given(String name, GivenMethod.Grafting grafting) {
    return new GivenMethod(name, PeftMethod.API_VERSION, SettingsSpec.of(), Set.of(), grafting);
  }

  @TestFactory
  Stream<DynamicTest> ia3Conforms() {
    return tests(Conformance.of(new Ia3Method(), BESIDE));
  }

  @TestFactory
  Stream<DynamicTest> loraOfEmbeddingsConforms() {
    return tests(Conformance.of(new EmbeddingLoraMethod(), BESIDE));
  }

  @TestFactory
  Stream<DynamicTest> oftConforms() {
    return tests(Conformance.of(new OftMethod(), BESIDE));
  }

  @TestFactory
  Stream<DynamicTest> loreftConforms() {
    return tests(Conformance.of(new LoreftMethod(), BESIDE));
  }

  @TestFactory
  Stream<DynamicTest> shiraConforms() {
    return tests(Conformance.of(new ShiraMethod(), BESIDE));
  }

  @TestFactory
  Stream<DynamicTest> loraExpertsConform() {
    return tests(Conformance.of(new LoraExpertsMethod(), BESIDE));
  }

  private static Stream<DynamicTest> tests(Conformance kit) {
    return kit.checks().stream().map(check -> dynamicTest(check.name(), check::run));
  }

  @Test
  void aParameterThatMayBeIdleNeedsNoGradient() {
    PeftMethod method =
        new GivenMethod(
            (host, settings, graft) -> {
              GivenMethod.gain().graft(host, settings, graft);
              graft.parameter(
                  ParameterSpec.of("spare", Shape.of(4), Initializer.ones())
                      .withMayBeIdle("nothing reads it yet"));
            });
    Conformance.of(method).checks().stream()
        .filter(check -> check.rule().equals("training"))
        .forEach(Check::run);
  }

  @Test
  void everyRuleIsChecked() {
    Conformance kit = Conformance.of(new Ia3Method(), BESIDE);
    assertThat(kit.checks().stream().map(Check::rule).distinct())
        .containsAll(BrokenMethods.all().stream().map(BrokenMethods.Broken::rule).toList());
    assertThat(kit.checks().stream().map(Check::name))
        .doesNotHaveDuplicates()
        .contains(
            "training: ia3 on deberta-v2",
            "bfloat16: ia3 on llama",
            "stacking: embedding-lora+ia3 on bert")
        .doesNotContain("bfloat16: ia3 on mistral");
    assertThat(kit.full().checks().stream().map(Check::name)).contains("bfloat16: ia3 on mistral");
    assertThat(kit.refusals()).isEmpty();
  }

  @Test
  void allThatIsBrokenIsSaidTogether() {
    PeftMethod method = new GivenMethod(Setting.integer("rank", 0, 1, 8, "the rank of the update"));

    assertThatThrownBy(() -> Conformance.of(method).verify())
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("The rule 'settings' is broken: given.")
        .satisfies(e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(Violation.class));
    assertThatCode(() -> Conformance.of(new GivenMethod(GivenMethod.gain())).verify())
        .doesNotThrowAnyException();
  }
}
