package dev.graft.lora;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.conformance.Conformance;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules that every method keeps. */
class LoraConformanceTest {
  @TestFactory
  Stream<DynamicTest> conforms() {
    return Stream.of("lora", "adalora", "vera")
        .flatMap(name -> Conformance.of(name).checks().stream())
        .map(check -> dynamicTest(check.name(), check::run));
  }
}
