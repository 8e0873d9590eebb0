package dev.graft.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Setting;
import dev.graft.methods.Methods;
import dev.graft.program.Shape;
import dev.graft.testing.EmbeddingLoraMethod;
import dev.graft.testing.Ia3Method;
import java.util.List;
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

  @TestFactory
  Stream<DynamicTest> ia3Conforms() {
    return tests(Conformance.of(new Ia3Method(), BESIDE));
  }

  @TestFactory
  Stream<DynamicTest> loraOfEmbeddingsConforms() {
    return tests(Conformance.of(new EmbeddingLoraMethod(), BESIDE));
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
