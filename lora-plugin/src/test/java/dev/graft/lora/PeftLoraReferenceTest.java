package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import dev.graft.testing.Reference;
import dev.graft.testing.TestDevice;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** That it answers as in PEFT is what {@link LoraReferenceTest} checks. */
class PeftLoraReferenceTest {
  @TestFactory
  Stream<DynamicTest> whatPeftSavedIsWrittenAsItWas(@TempDir Path folder) {
    return each(
        (reference, opened) ->
            checkWritten(reference, opened, folder.resolve(reference.name().replace('/', '-'))));
  }

  private static Stream<DynamicTest> each(BiConsumer<Reference, Attachment> check) {
    return Reference.peft("LORA").stream()
        .map(
            reference ->
                DynamicTest.dynamicTest(
                    reference.name(),
                    () -> {
                      try (TestDevice cpu = new TestDevice();
                          Attachment opened =
                              Saved.open(cpu.load(reference.model()), reference.adapter())) {
                        check.accept(reference, opened);
                      }
                    }));
  }

  private static void checkWritten(Reference reference, Attachment opened, Path folder) {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Saved.saveForeign(opened, first, Map.of("seed", "1"));
    Saved.saveForeign(opened, second, Map.of("seed", "1"));
    assertThat(first.resolve("adapter_config.json"))
        .hasSameTextualContentAs(reference.adapter().resolve("adapter_config.json"));
    for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
      assertThat(first.resolve(file)).hasSameBinaryContentAs(second.resolve(file));
    }
    Safetensors theirs = Safetensors.open(reference.adapter().resolve("adapter_model.safetensors"));
    Safetensors ours = Safetensors.open(first.resolve("adapter_model.safetensors"));
    assertThat(ours.names()).isEqualTo(theirs.names());
    for (String name : theirs.names()) {
      assertThat(ours.info(name)).isEqualTo(theirs.info(name));
      assertThat(ours.bytes(name)).as(name).isEqualTo(theirs.bytes(name));
    }
  }
}
