package dev.graft.lora;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.conformance.Conformance;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules that every method keeps. */
class LoraConformanceTest {
  @TestFactory
  Stream<DynamicTest> conforms() {
    return Stream.of("lora", "adalora", "vera").flatMap(name -> tests(Conformance.of(name)));
  }

  @TestFactory
  Stream<DynamicTest> variantsConform() {
    return Stream.of(Map.of("dora", "true"), Map.of("initializer", "pissa", "bias", "all"))
        .flatMap(settings -> tests(Conformance.of("lora").with(settings)));
  }

  private static Stream<DynamicTest> tests(Conformance kit) {
    return kit.checks().stream().map(check -> dynamicTest(check.name(), check::run));
  }
}
