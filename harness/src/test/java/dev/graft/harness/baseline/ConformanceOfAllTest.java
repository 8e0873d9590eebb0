package dev.graft.harness.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.conformance.Check;
import dev.graft.conformance.Conformance;
import dev.graft.methods.Methods;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.LoraExpertsMethod;
import dev.graft.testing.LoreftMethod;
import dev.graft.testing.OftMethod;
import dev.graft.testing.ShiraMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rules for the harness's own methods, and for all pairs of those that are installed. */
class ConformanceOfAllTest {
  private static final Methods ALL =
      Methods.of(
          Methods.installed().all().stream()
              .map(Methods.Installed::method)
              .filter(method -> !method.spec().name().equals("test-doomed"))
              .toList());

  @TestFactory
  Stream<DynamicTest> theHarnesssMethodsConform() {
    return Stream.of("bitfit", "full", "head-only", "top-layers")
        .flatMap(name -> Conformance.of(ALL.get(name)).checks().stream())
        .map(check -> dynamicTest(check.name(), check::run));
  }

  @TestFactory
  Stream<DynamicTest> allPairsStack() {
    Map<String, Check> once = new LinkedHashMap<>();
    for (Methods.Installed each : ALL.all()) {
      for (Check check : Conformance.of(each.method(), ALL).checks()) {
        if (check.rule().equals("stacking")) {
          once.put(check.name(), check);
        }
      }
    }
    assertThat(once).hasSizeGreaterThan(300);
    return once.values().stream().map(check -> dynamicTest(check.name(), check::run));
  }

  /** Methods that were written against the contract alone, beside all that are installed. */
  @TestFactory
  Stream<DynamicTest> smallMethodsStackWithAll() {
    return Stream.of(
            new Ia3Method(),
            new OftMethod(),
            new LoreftMethod(),
            new ShiraMethod(),
            new LoraExpertsMethod())
        .flatMap(method -> Conformance.of(method, ALL).checks().stream())
        .filter(check -> check.rule().equals("stacking"))
        .map(check -> dynamicTest(check.name(), check::run));
  }

  @Test
  void onlyWhatTrainsOneTensorTwiceOrNeedsMoreOfAHostIsRefused() {
    List<String> refused =
        ALL.all().stream()
            .flatMap(each -> Conformance.of(each.method(), ALL).refusals().stream())
            .map(refusal -> refusal.what().replaceFirst(" on .*", ""))
            .distinct()
            .sorted()
            .toList();
    assertThat(refused)
        .containsExactly(
            "bert of width 264", // whose one block has no top layers
            "bitfit+full",
            "bitfit+top-layers",
            "full+bitfit",
            "full+top-layers",
            "llama", // without biases
            "llama of width 2064",
            "mistral",
            "top-layers+bitfit",
            "top-layers+full");
  }
}
