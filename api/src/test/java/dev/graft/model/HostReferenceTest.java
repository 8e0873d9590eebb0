package dev.graft.model;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.api.StackSpec;
import dev.graft.program.Device;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.Reference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Hosts alone compute what transformers computes. */
class HostReferenceTest {
  static final Set<String> ARCHITECTURES = Set.of("bert", "roberta");
  private static final double TOLERANCE = 1e-5;

  @TestFactory
  Stream<DynamicTest> hiddenStatesLogitsAndLossEqualTheReference() {
    return Reference.cases(ARCHITECTURES, Set.of("base")).stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
  }

  private static void check(Reference reference) {
    try (Device device = Device.cpu();
        Model model = Model.load(reference.model(), device);
        Attachment host =
            model.attach(model.stack(new StackSpec(List.of()), List.of("a", "b", "c")), 0)) {
      var expected = reference.expected();
      TokenBatch batch = reference.batch(model.host().config().paddingId());
      assertThat(flat(host.logits(batch)))
          .as("logits")
          .isCloseTo(expected.floats("logits"), TOLERANCE);
      List<float[]> hidden = host.hiddenStates(batch);
      for (int i = 0; i < hidden.size(); i++) {
        assertThat(hidden.get(i))
            .as("hidden." + i)
            .isCloseTo(expected.floats("hidden." + i), TOLERANCE);
      }
      try (Training training = host.training(new Training.Options(AdamW.DEFAULT, 0.01))) {
        Map<String, float[]> gradients = training.gradients(batch, reference.labels(), 0);
        assertThat(gradients.get("loss")).as("loss").isCloseTo(expected.floats("loss"), TOLERANCE);
      }
    }
  }

  static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    return flat;
  }
}
