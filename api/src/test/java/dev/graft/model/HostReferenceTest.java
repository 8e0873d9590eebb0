package dev.graft.model;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.Reference;
import dev.graft.testing.TestDevice;
import dev.graft.transformer.Stack;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Hosts alone compute what transformers computes. */
class HostReferenceTest {
  private static final double TOLERANCE = 1e-5;

  @TestFactory
  Stream<DynamicTest> hiddenStatesLogitsAndLossEqualTheReference() {
    return Reference.hosts().stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
  }

  private static void check(Reference reference) {
    try (TestDevice cpu = new TestDevice()) {
      Model model = cpu.load(reference.model());
      Attachment host = cpu.own(model.attach(stack(model, reference), 0));
      var expected = reference.expected();
      TokenBatch batch = reference.batch(model.host().config().paddingId());
      float[] logits = NumbersAssert.flat(host.logits(batch));
      // Encoders compute padding as the reference does; where a decoder's stands nobody looks.
      boolean all = !model.host().config().attention().isCausal();
      assertThat(logits)
          .as("logits")
          .isCloseTo(
              expected.floats("logits"),
              TOLERANCE,
              exempt(reference, all || !reference.isLanguageModel(), logits.length));
      List<float[]> hidden = host.hiddenStates(batch);
      for (int i = 0; i < hidden.size(); i++) {
        float[] found = hidden.get(i);
        assertThat(found)
            .as("hidden." + i)
            .isCloseTo(
                expected.floats("hidden." + i), TOLERANCE, exempt(reference, all, found.length));
      }
      assertThat(new float[] {host.loss(batch, reference.labels())})
          .as("loss")
          .isCloseTo(expected.floats("loss"), TOLERANCE);
    }
  }

  private static Stack stack(Model model, Reference reference) {
    StackSpec none = new StackSpec(List.of());
    return reference.isLanguageModel()
        ? model.languageModel(none)
        : model.stack(none, reference.classes());
  }

  private static boolean[] exempt(Reference reference, boolean none, int size) {
    return none ? new boolean[size] : reference.padding(size);
  }
}
