package dev.graft.prefix;

import static dev.graft.testing.OnHost.on;

import dev.graft.saved.Saved;
import dev.graft.testing.ChangedAdapter;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every error text of the plugin: what users read is in {@code errors.md} of the resources. */
class ErrorTextsTest {
  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> texts() {
    ErrorTexts errors = new ErrorTexts("prefix-tuning-plugin").hiding(folder, "FOLDER");
    errors.add("No virtual tokens", on("bert", "prefix-tuning:virtual-tokens=0"));
    errors.add("A layer that is not there", on("bert", "prefix-tuning:layers=[0,2]"));
    errors.add(
        "A projected prefix that begins from tokens",
        on("bert", "prefix-tuning:tokens=[1],projection=true"));
    errors.add("A width of no projection", on("bert", "prefix-tuning:projection-width=8"));
    errors.add("A prefix from an unknown token", on("bert", "prefix-tuning:tokens=[60]"));
    errors.add("A prompt from an unknown token", on("bert", "prompt-tuning:tokens=[1,99]"));
    errors.add("More layers than the host has", on("bert", "llama-adapter:layers=3"));
    errors.add(
        "A prompt that leaves no room for the text",
        on("bert", "prompt-tuning:virtual-tokens=126", host -> host.logits(TinyModel.batch(3))));
    errors.add(
        "A prefix for some layers written for PEFT",
        on(
            "bert",
            "prefix-tuning:layers=[1]",
            host -> Saved.saveForeign(host, folder.resolve("peft"), Map.of())));
    errors.add(
        "An adapter without a number of virtual tokens",
        ChangedAdapter.opened(
            folder.resolve("prompt"),
            "bert",
            "prompt-tuning",
            (configuration, tensors) -> configuration.remove("num_virtual_tokens")));
    return errors.tests();
  }
}
