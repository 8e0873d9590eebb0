package dev.graft.lora;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.Host;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class LoraReferenceTest {
  private static final int STEPS = 5;
  private static final double LEARNING_RATE = 1e-2;
  private static final double AFTER_TRAINING = 1e-4;

  @TestFactory
  Stream<DynamicTest> logitsLossAndGradientsEqualTheReference() {
    return each((reference, attached) -> attached.check());
  }

  @TestFactory
  Stream<DynamicTest> fiveTrainingStepsEqualTheReference() {
    return each(LoraReferenceTest::checkTraining);
  }

  @TestFactory
  Stream<DynamicTest> mergedLogitsEqualTheReference() {
    return each(LoraReferenceTest::checkMerged);
  }

  private static Stream<DynamicTest> each(BiConsumer<Reference, AttachedReference> check) {
    return Reference.peft("LORA").stream()
        .map(
            reference ->
                DynamicTest.dynamicTest(
                    reference.name(),
                    () -> {
                      try (AttachedReference attached = attach(reference)) {
                        check.accept(reference, attached);
                      }
                    }));
  }

  /**
   * Trains, with a stop after the first step. Where a first gradient is noise, rounding decides
   * Adam's first step, which all other elements feel later on: there the first step is taken from
   * the reference, whose gradient is known.
   */
  private static void checkTraining(Reference reference, AttachedReference attached) {
    Map<String, float[]> gradients = attached.tensors(reference.expected(), "grad.");
    Map<String, float[]> tensors;
    Map<String, float[]> state;
    Map<String, float[]> before = attached.attachment().tensors();
    try (Training training = AttachedReference.training(attached.attachment())) {
      checkStep(reference, attached, training, 0);
      tensors = attached.attachment().tensors();
      state = training.state();
    }
    double norm = AttachedReference.norm(gradients);
    gradients.forEach(
        (name, gradient) -> {
          for (int i = 0; i < gradient.length; i++) {
            if (Math.abs(gradient[i]) < AttachedReference.NOISE * norm) {
              tensors.get(name)[i] = afterFirstStep(before.get(name)[i], gradient[i], norm);
            }
          }
        });
    try (Attachment attachment = attached.attachment().with(tensors);
        Training training = attachment.training(AttachedReference.OPTIONS.withSteps(1, STEPS))) {
      training.resume(state);
      for (int step = 1; step < STEPS; step++) {
        checkStep(reference, attached, training, step);
      }
      Map<String, float[]> expected = attached.tensors(reference.expected(), "after5.");
      Map<String, float[]> found = attachment.tensors();
      Assertions.assertThat(found.keySet()).containsAll(expected.keySet());
      Assertions.assertThat(expected.keySet()).isEqualTo(gradients.keySet());
      expected.forEach(
          (name, tensor) -> {
            boolean[] exempt = new boolean[tensor.length];
            for (int i = 0; i < exempt.length; i++) {
              exempt[i] = Math.abs(gradients.get(name)[i]) < AttachedReference.NOISE * norm;
              Assertions.assertThat(found.get(name)[i])
                  .isCloseTo(tensor[i], within((float) (2 * STEPS * LEARNING_RATE)));
            }
            assertThat(found.get(name)).as(name).isCloseTo(tensor, AFTER_TRAINING, exempt);
          });
      try (Attachment merged = attachment.merged()) {
        attached.checkLogits(
            "merged logits after training",
            merged,
            reference.expected().floats("merged_after5.logits"),
            AFTER_TRAINING);
      }
    }
  }

  private static void checkStep(
      Reference reference, AttachedReference attached, Training training, int step) {
    float loss = training.step(attached.batch(), reference.labels(), LEARNING_RATE, step);
    double there = reference.facts().json().getAsJsonArray("losses").get(step).getAsDouble();
    Assertions.assertThat((double) loss)
        .as("loss of step " + step)
        .isCloseTo(there, within(AFTER_TRAINING * there));
  }

  /** One element after AdamW's first step, with the gradient clipped to a global norm of one. */
  private static float afterFirstStep(float element, float gradient, double norm) {
    double clipped = gradient * Math.min(1, AttachedReference.OPTIONS.adamW().clipNorm() / norm);
    double decayed = element * (1 - LEARNING_RATE * AttachedReference.OPTIONS.weightDecay());
    double epsilon = AttachedReference.OPTIONS.adamW().epsilon();
    return (float) (decayed - LEARNING_RATE * clipped / (Math.abs(clipped) + epsilon));
  }

  private static void checkMerged(Reference reference, AttachedReference attached) {
    Map<String, float[]> trained = attached.tensors(reference.expected(), "after5.");
    try (Attachment attachment = attached.attachment().with(trained);
        Attachment merged = attachment.merged()) {
      Assertions.assertThat(merged.mergedSites()).isEqualTo(matrices(reference).size());
      float[] expected = reference.expected().floats("merged_after5.logits");
      attached.checkLogits("logits, not merged", attachment, expected, AttachedReference.TOLERANCE);
      attached.checkLogits("merged logits", merged, expected, AttachedReference.TOLERANCE);
    }
  }

  private static AttachedReference attach(Reference reference) {
    return new AttachedReference(reference, LoraReferenceTest::ours);
  }

  /** The names of the adapter's A, one for each projection. */
  private static List<String> matrices(Reference reference) {
    return Safetensors.open(reference.adapter().resolve("adapter_model.safetensors"))
        .names()
        .stream()
        .filter(name -> name.contains(".lora_A."))
        .toList();
  }

  /** From PEFT's name for a trained tensor to Graft's. */
  private static String ours(Host host, String peft) {
    String name =
        peft.replaceFirst("^base_model\\.model\\.", "")
            .replace(".modules_to_save.", ".")
            .replace(".base_layer.", ".");
    int cut = name.contains(".lora_") ? name.indexOf(".lora_") : name.lastIndexOf('.');
    String module = name.substring(0, cut);
    String tensor = name.substring(cut);
    return host.path(module).orElse(module)
        + (name.contains(".lora_") ? tensor.replaceFirst("\\.weight$", "") : tensor);
  }
}
