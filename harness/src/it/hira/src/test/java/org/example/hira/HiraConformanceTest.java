package org.example.hira;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.conformance.Conformance;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class HiraConformanceTest {
  @TestFactory
  Stream<DynamicTest> conforms() {
    return Conformance.of("hira").checks().stream()
        .map(check -> dynamicTest(check.name(), check::run));
  }
}
