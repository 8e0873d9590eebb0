package dev.graft.lora;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.graft.api.Host;
import dev.graft.checkpoint.JsonFile;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class LoraReferenceTest {
  private static final int STEPS = 5;
  private static final double LEARNING_RATE = 1e-2;
  private static final double AFTER_TRAINING = 1e-4;

  /** Below this share of the global norm, rounding decides the sign of a gradient. */
  private static final double NOISE = 3e-7;

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

  private static void checkTraining(Reference reference, AttachedReference attached) {
    Attachment attachment = attached.attachment();
    Map<String, float[]> expected = attached.tensors(reference.expected(), "after5.");
    try (Training training = AttachedReference.training(attachment)) {
      Map<String, float[]> first = training.gradients(attached.batch(), reference.labels(), 0);
      first.remove("loss");
      for (int step = 0; step < STEPS; step++) {
        float loss = training.step(attached.batch(), reference.labels(), LEARNING_RATE, step);
        double there = reference.facts().json().getAsJsonArray("losses").get(step).getAsDouble();
        Assertions.assertThat((double) loss)
            .as("loss of step " + step)
            .isCloseTo(there, within(AFTER_TRAINING * there));
      }
      Map<String, float[]> found = attachment.tensors();
      Assertions.assertThat(found.keySet()).isEqualTo(expected.keySet());
      double norm = norm(first);
      expected.forEach(
          (name, tensor) -> {
            float[] gradient = first.get(name);
            boolean[] exempt = new boolean[tensor.length];
            for (int i = 0; i < exempt.length; i++) {
              exempt[i] = Math.abs(gradient[i]) < NOISE * norm;
              Assertions.assertThat(found.get(name)[i])
                  .isCloseTo(tensor[i], within((float) (2 * STEPS * LEARNING_RATE)));
            }
            assertThat(found.get(name)).as(name).isCloseTo(tensor, AFTER_TRAINING, exempt);
          });
    }
    try (Attachment merged = attachment.merged()) {
      attached.checkLogits(
          "merged logits after training",
          merged,
          reference.expected().floats("merged_after5.logits"),
          AFTER_TRAINING);
    }
  }

  private static double norm(Map<String, float[]> gradients) {
    double sum = 0;
    for (float[] gradient : gradients.values()) {
      for (float element : gradient) {
        sum += (double) element * element;
      }
    }
    return Math.sqrt(sum);
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
    Host host = Model.check(reference.model());
    return new AttachedReference(
        reference, stack(reference), adapter(reference), "", name -> ours(host, name));
  }

  private static Safetensors adapter(Reference reference) {
    return Safetensors.open(reference.folder().resolve("adapter/adapter_model.safetensors"));
  }

  /** The adapter's settings, under Graft's names for modules. */
  private static String stack(Reference reference) {
    JsonFile config = JsonFile.read(reference.folder().resolve("adapter/adapter_config.json"));
    Host host = Model.check(reference.model());
    List<String> modules =
        matrices(reference).stream()
            .map(name -> name.substring(0, name.indexOf(".lora_A")))
            .toList();
    return "lora:rank=%d,alpha=%s,targets=[%s],rank-pattern=%s,alpha-pattern=%s"
        .formatted(
            config.requireInt("r"),
            config.requireDouble("lora_alpha"),
            modules.stream().map(module -> ours(host, module)).collect(Collectors.joining(",")),
            pattern(config.requireObject("rank_pattern"), modules, host),
            pattern(config.requireObject("alpha_pattern"), modules, host));
  }

  /** The modules that a pattern of PEFT matches, one by one. */
  private static String pattern(JsonObject pattern, List<String> modules, Host host) {
    return pattern.entrySet().stream()
        .flatMap(
            entry ->
                modules.stream()
                    .filter(module -> module.endsWith("." + entry.getKey()))
                    .map(module -> ours(host, module) + "=" + entry.getValue()))
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** The names of the adapter's A, one for each projection. */
  private static List<String> matrices(Reference reference) {
    return adapter(reference).names().stream().filter(name -> name.contains(".lora_A.")).toList();
  }

  /** From PEFT's name for a tensor, or for a module, to Graft's. */
  private static String ours(Host host, String peft) {
    String name = peft.replaceFirst("^base_model\\.model\\.", "").replace(".modules_to_save.", ".");
    int cut = name.contains(".lora_") ? name.indexOf(".lora_") : name.length();
    String module = name.substring(0, cut);
    return host.path(module).orElse(module) + name.substring(cut).replaceFirst("\\.weight$", "");
  }
}
