package dev.graft.bottleneck;

import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class BottleneckReferenceTest {
  private static final Set<String> ARCHITECTURES = Set.of("bert", "roberta");
  private static final Set<String> METHODS = Set.of("houlsby", "lin", "pfeiffer");

  @TestFactory
  Stream<DynamicTest> logitsLossAndGradientsEqualTheReference() {
    return Reference.cases(ARCHITECTURES, METHODS).stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
  }

  private static void check(Reference reference) {
    String stack =
        "%s:bottleneck=%d,activation=%s"
            .formatted(
                reference.folder().getFileName(),
                reference.facts().requireInt("bottleneck"),
                reference.facts().requireString("activation"));
    try (AttachedReference attached =
        new AttachedReference(
            reference, stack, reference.expected(), "param.", UnaryOperator.identity())) {
      attached.check();
    }
  }
}
