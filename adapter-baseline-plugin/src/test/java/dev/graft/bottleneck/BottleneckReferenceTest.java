package dev.graft.bottleneck;

import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class BottleneckReferenceTest {
  @TestFactory
  Stream<DynamicTest> logitsLossAndGradientsEqualTheReference() {
    return Stream.of("houlsby", "lin", "pfeiffer")
        .flatMap(
            method ->
                Reference.bottlenecks(method).stream()
                    .map(each -> DynamicTest.dynamicTest(each.name(), () -> check(method, each))));
  }

  private static void check(String method, Reference reference) {
    String stack =
        "%s:bottleneck=%s,activation=%s"
            .formatted(
                method,
                reference.facts().requireInt("bottleneck"),
                reference.facts().requireString("activation"));
    try (AttachedReference attached =
        new AttachedReference(
            reference, stack, reference.expected(), "param.", UnaryOperator.identity())) {
      attached.check();
    }
  }
}
