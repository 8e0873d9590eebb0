package dev.graft.harness.forgetting;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models and texts that forgetting can't be measured with. */
public final class ForgettingErrors {
  private ForgettingErrors() {}

  /** Adds the cases that no command comes to before it trains. */
  public static void addTo(ErrorTexts errors, Path folder) throws IOException {
    Path home = folder.resolve("forgetting");
    Files.createDirectories(home);
    TinyGeneral tiny = new TinyGeneral(home);
    GeneralText before = tiny.general();
    Path other = home.resolve("other.txt");
    Files.writeString(other, TinyGeneral.lines(2));
    errors.add(
        "A text on which forgetting is measured that changes",
        () -> new GeneralText(ForgettingSpec.of(other.toString()), before.hash()).passages());
    errors.add("A tokenizer without a mask", () -> measure(tiny, TinyModel.tokenizer()));
    errors.add(
        "A tokenizer of a larger vocabulary that forgetting is measured with",
        () -> measure(tiny, TinyGeneral.tokenizer().replace("\"w7\": 7", "\"w7\": 77")));
  }

  private static void measure(TinyGeneral tiny, String tokenizer) throws IOException {
    Path model = tiny.study().model();
    Files.writeString(model.resolve("tokenizer.json"), tokenizer);
    try (TestDevice cpu = new TestDevice();
        Model loaded = Model.load(ModelDirectory.open(model), cpu.device());
        Attachment attached = new TinyHost(loaded).attach("head-only")) {
      ForgettingMeter.of(tiny.general(), attached);
    }
  }
}
