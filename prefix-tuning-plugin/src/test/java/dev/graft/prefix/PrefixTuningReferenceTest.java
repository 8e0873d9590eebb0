package dev.graft.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.checkpoint.Safetensors;
import dev.graft.files.JsonFile;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.Reference;
import dev.graft.testing.TestDevice;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class PrefixTuningReferenceTest {
  @TestFactory
  Stream<DynamicTest> logitsLossAndGradientsEqualTheReference() {
    return each(PrefixTuningReferenceTest::check);
  }

  @TestFactory
  Stream<DynamicTest> theSavedPrefixIsAllThatAnswersNeed() {
    return each(PrefixTuningReferenceTest::checkSaved);
  }

  @TestFactory
  Stream<DynamicTest> aPrefixIsWrittenAsPeftWritesIt(@TempDir Path folder) {
    return each(
        reference -> checkWritten(reference, folder.resolve(reference.name().replace('/', '-'))));
  }

  private static Stream<DynamicTest> each(Consumer<Reference> check) {
    return Reference.peft("PREFIX_TUNING", "PROMPT_TUNING").stream()
        // There transformers looks at padding: a decoder's head can't see it in embeddings.
        .filter(each -> !isPrompt(each) || each.isLanguageModel() || !each.isDecoder())
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> check.accept(each)));
  }

  private static void check(Reference reference) {
    try (AttachedReference attached = attached(reference)) {
      attached.check();
    }
  }

  /** PEFT saves what the projection gives, and drops the projection. */
  private static void checkSaved(Reference reference) {
    try (TestDevice cpu = new TestDevice();
        Attachment opened = Saved.open(cpu.load(reference.model()), reference.adapter())) {
      int padding = opened.model().host().config().paddingId();
      float[] logits = AttachedReference.logits(opened, reference.batch(padding));
      NumbersAssert.assertThat(logits)
          .isCloseTo(
              reference.expected().floats("logits"),
              AttachedReference.TOLERANCE,
              reference.isLanguageModel()
                  ? reference.padding(logits.length)
                  : new boolean[logits.length]);
    }
  }

  /** A projected prefix is written as PEFT writes it, which is what it gives. */
  private static void checkWritten(Reference reference, Path folder) {
    try (AttachedReference attached = attached(reference)) {
      Saved.saveForeign(attached.attachment(), folder.resolve("peft"), Map.of());
      Saved.saveForeign(attached.attachment(), folder.resolve("again"), Map.of());
    }
    assertThat(folder.resolve("peft/adapter_config.json"))
        .hasSameBinaryContentAs(reference.adapter().resolve("adapter_config.json"));
    assertThat(folder.resolve("again/adapter_model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("peft/adapter_model.safetensors"));
    Safetensors theirs = Safetensors.open(reference.adapter().resolve("adapter_model.safetensors"));
    Safetensors ours = Safetensors.open(folder.resolve("peft/adapter_model.safetensors"));
    assertThat(ours.names()).isEqualTo(theirs.names());
    for (String name : theirs.names()) {
      assertThat(ours.info(name)).isEqualTo(theirs.info(name));
      NumbersAssert.assertThat(ours.floats(name)).as(name).isCloseTo(theirs.floats(name), 1e-6);
    }
  }

  private static boolean isPrompt(Reference reference) {
    return reference.configuration().requireString("peft_type").equals("PROMPT_TUNING");
  }

  private static AttachedReference attached(Reference reference) {
    JsonFile config = reference.configuration();
    boolean prompt = isPrompt(reference);
    String stack =
        (prompt ? "prompt-tuning" : "prefix-tuning")
            + ":virtual-tokens="
            + config.requireInt("num_virtual_tokens");
    if (config.booleanOr("prefix_projection", false)) {
      stack += ",projection=true,projection-width=" + config.requireInt("encoder_hidden_size");
    }
    UnaryOperator<String> ours =
        name -> prompt ? ours(name).replaceFirst("^prefix\\.", "prompt.") : ours(name);
    return new AttachedReference(reference, stack, reference.expected(), "param.", ours);
  }

  private static String ours(String peft) {
    return peft.replaceFirst(
            "^(prompt_embeddings|prompt_encoder\\.embedding\\.weight)$", "prefix.embedding")
        .replaceFirst("^prompt_encoder\\.", "prefix.")
        .replaceFirst("^base_model\\.", "")
        .replace(".modules_to_save.", ".");
  }
}
