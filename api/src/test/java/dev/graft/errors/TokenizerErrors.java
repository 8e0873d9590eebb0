package dev.graft.errors;

import dev.graft.host.Tokenizer;
import dev.graft.host.TokenizerTest;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tokenizers, and texts that they can't encode. */
final class TokenizerErrors {
  private TokenizerErrors() {}

  static void addTo(ErrorTexts errors, Path folder) {
    Path model = folder.resolve("tokenizer");
    errors.add("A model without a tokenizer", () -> Tokenizer.open(model, 512));
    errors.add(
        "A damaged tokenizer",
        () -> Tokenizer.open(written(model, TokenizerTest.JSON.substring(0, 7)), 512));
    errors.add(
        "A tokenizer on a disk that fails",
        () -> {
          Path unreadable = Files.createDirectories(folder.resolve("unreadable"));
          Path link = unreadable.resolve("tokenizer.json");
          Files.createSymbolicLink(link, FolderErrors.UNREADABLE);
          try {
            Tokenizer.open(unreadable, 512);
          } finally {
            Files.delete(link);
          }
        });
    errors.needing(
        "A tokenizer on a disk that fails",
        FolderErrors.UNREADABLE,
        () -> errors.exempt("host/Tokenizer.java", "throw Folders.unreadable(", "a failing disk"));
    errors.add(
        "A length without room for the special tokens",
        () -> {
          try (Tokenizer tokenizer = Tokenizer.open(written(model, TokenizerTest.JSON), 2)) {
            tokenizer.encode("a good film", "good");
          }
        });
    errors.exempt(
        "host/Tokenizer.java",
        "The native library of the tokenizers can't be loaded",
        "a system that the library is not built for");
  }

  private static Path written(Path model, String json) throws IOException {
    Files.writeString(Files.createDirectories(model).resolve("tokenizer.json"), json);
    return model;
  }
}
