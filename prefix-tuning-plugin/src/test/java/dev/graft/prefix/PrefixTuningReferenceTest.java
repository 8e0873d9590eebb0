package dev.graft.prefix;

import dev.graft.checkpoint.JsonFile;
import dev.graft.checkpoint.Safetensors;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PrefixTuningReferenceTest {
  @TestFactory
  Stream<DynamicTest> logitsLossAndGradientsEqualTheReference() {
    return each(PrefixTuningReferenceTest::check);
  }

  @TestFactory
  Stream<DynamicTest> theSavedPrefixIsAllThatAnswersNeed() {
    return each(PrefixTuningReferenceTest::checkSaved);
  }

  private static Stream<DynamicTest> each(Consumer<Reference> check) {
    return Reference.peft("PREFIX_TUNING").stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> check.accept(each)));
  }

  private static void check(Reference reference) {
    JsonFile config = config(reference);
    String stack = "prefix-tuning:virtual-tokens=" + config.requireInt("num_virtual_tokens");
    if (config.requireBoolean("prefix_projection")) {
      stack += ",projection=true,projection-width=" + config.requireInt("encoder_hidden_size");
    }
    try (AttachedReference attached =
        new AttachedReference(
            reference, stack, reference.expected(), "param.", PrefixTuningReferenceTest::ours)) {
      attached.check();
    }
  }

  /** PEFT saves what the projection gives, and drops the projection. */
  private static void checkSaved(Reference reference) {
    String stack =
        "prefix-tuning:virtual-tokens=" + config(reference).requireInt("num_virtual_tokens");
    Safetensors saved =
        Safetensors.open(reference.folder().resolve("adapter/adapter_model.safetensors"));
    try (AttachedReference attached =
        new AttachedReference(reference, stack, saved, "", PrefixTuningReferenceTest::ours)) {
      attached.checkLogits(
          "logits",
          attached.attachment(),
          reference.expected().floats("logits"),
          AttachedReference.TOLERANCE);
    }
  }

  private static JsonFile config(Reference reference) {
    return JsonFile.read(reference.folder().resolve("adapter/adapter_config.json"));
  }

  private static String ours(String peft) {
    return peft.replaceFirst(
            "^(prompt_embeddings|prompt_encoder\\.embedding\\.weight)$", "prefix.embedding")
        .replaceFirst("^prompt_encoder\\.", "prefix.")
        .replaceFirst("^base_model\\.", "")
        .replace(".modules_to_save.", ".");
  }
}
