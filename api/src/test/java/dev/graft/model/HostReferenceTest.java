package dev.graft.model;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.api.PeftMethod;
import dev.graft.api.StackSpec;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.Reference;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
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
    try (Device device = Device.cpu();
        Model model = Model.load(reference.model(), device);
        Attachment host = model.attach(stack(model, reference), 0)) {
      var expected = reference.expected();
      TokenBatch batch = reference.batch(model.host().config().paddingId());
      float[] logits = flat(host.logits(batch));
      // Encoders compute padding as the reference does; where a decoder's stands nobody looks.
      boolean all = !model.host().config().attention().causal();
      assertThat(logits)
          .as("logits")
          .isCloseTo(expected.floats("logits"), TOLERANCE, exempt(reference, all, logits.length));
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

  @TestFactory
  Stream<DynamicTest> hostsIn16BitsStayCloseToTheReference() {
    return Reference.hosts().stream()
        .flatMap(
            each ->
                Stream.of(Precision.BFLOAT16, Precision.FLOAT16)
                    .map(
                        precision ->
                            DynamicTest.dynamicTest(
                                each.name() + " in " + precision,
                                () -> checkHalf(each, precision))));
  }

  private static void checkHalf(Reference reference, Precision precision) {
    double tolerance = precision == Precision.BFLOAT16 ? 0.05 : 0.01;
    try (Device device = Device.cpu();
        Model model =
            Model.load(reference.model(), device, Model.Options.DEFAULT.withPrecision(precision));
        Attachment host = model.attach(stack(model, reference), 0)) {
      var expected = reference.expected();
      TokenBatch batch = reference.batch(model.host().config().paddingId());
      float[] logits = flat(host.logits(batch));
      assertThat(logits)
          .as("logits")
          .isCloseTo(
              expected.floats("logits"),
              tolerance,
              exempt(reference, !reference.isLanguageModel(), logits.length));
      assertThat(new float[] {host.loss(batch, reference.labels())})
          .as("loss")
          .isCloseTo(expected.floats("loss"), tolerance);
      try (Attachment gain = model.attach(stack(model, reference, AttachmentTest.GAIN), 0);
          Training training = gain.training(new Training.Options(AdamW.DEFAULT, 0))) {
        training
            .gradients(batch, reference.labels(), 0)
            .forEach(
                (name, gradient) ->
                    Assertions.assertThat(squares(gradient)).as(name).isPositive().isFinite());
      }
    }
  }

  private static Stack stack(Model model, Reference reference, PeftMethod... methods) {
    StackSpec spec = AttachmentTest.spec(methods);
    return reference.isLanguageModel()
        ? model.languageModel(spec)
        : model.stack(spec, List.of("a", "b", "c"));
  }

  private static boolean[] exempt(Reference reference, boolean none, int size) {
    return none ? new boolean[size] : reference.padding(size);
  }

  private static double squares(float[] numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += (double) number * number;
    }
    return sum;
  }

  static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    return flat;
  }
}
