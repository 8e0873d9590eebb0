package org.example.hira;

import dev.graft.conformance.Conformance;
import org.junit.jupiter.api.Test;

class HiraConformanceTest {
  @Test
  void conforms() {
    Conformance.of("hira").verify();
  }
}
