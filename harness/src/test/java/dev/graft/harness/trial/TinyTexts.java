package dev.graft.harness.trial;

import com.google.gson.JsonObject;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.conformance.TinyHosts;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A causal language model with its tokenizer, and texts that even a tiny random one learns, as
 * files. A text counts: "w10 w11 w12". The token w59 ends it.
 */
public final class TinyTexts {
  public static final int END = 59;
  private final Path model;
  private final Path texts;

  /** Writes both. */
  public TinyTexts(Path folder) {
    this.model = folder.resolve("gpt2");
    this.texts = folder.resolve("texts.txt");
    ModelDirectory random = TinyHosts.named("gpt2");
    try {
      Files.createDirectories(model);
      JsonObject config = random.config().json().deepCopy();
      config.addProperty("eos_token_id", END);
      Files.writeString(model.resolve("config.json"), config.toString());
      Files.writeString(
          model.resolve("tokenizer.json"),
          TinyModel.tokenizer()
              .replaceFirst(
                  "(?s)\"post_processor\": \\{.*?\\]\\}\\}\\},", "\"post_processor\": null,"));
      SafetensorsWriter.write(
          model.resolve("model.safetensors"),
          random.tensors().names().stream()
              .map(name -> TensorData.of(random.tensors(), name))
              .toList(),
          Map.of());
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 48; i++) {
        int first = 10 + i * 7 % 40;
        lines.append("w%s w%s\tw%s w%s\n".formatted(first, first + 1, first + 2, first + 3));
      }
      Files.writeString(texts, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path model() {
    return model;
  }

  public Path texts() {
    return texts;
  }
}
