package dev.graft.errors;

import dev.graft.files.Folders;
import dev.graft.host.Tokenizer;
import dev.graft.host.TokenizerTest;
import dev.graft.host.vocabulary.VocabularyFiles;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Tokenizers, and texts that they can't encode. */
final class TokenizerErrors {
  private static final String BERT = "{\"model_type\": \"bert\"}";
  private static final String LLAMA = "{\"model_type\": \"llama\"}";
  private static final String WORDS = "[UNK]\n[CLS]\n[SEP]\n";

  private TokenizerErrors() {}

  static void addTo(ErrorTexts errors, Path folder) {
    Path model = folder.resolve("tokenizer");
    Path older = folder.resolve("vocabulary");
    vocabulary(errors, older, "A model without a tokenizer", Map.of());
    vocabulary(
        errors,
        older,
        "A model with another family's vocabulary",
        Map.of("config.json", BERT, "vocab.json", "{}"));
    vocabulary(
        errors,
        older,
        "A class of tokenizers that is not known",
        Map.of(
            "config.json",
            BERT,
            "tokenizer_config.json",
            "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}"));
    vocabulary(
        errors,
        older,
        "A vocabulary without a token for unknown words",
        Map.of("config.json", BERT, "vocab.txt", "[CLS]\n[SEP]\n"));
    vocabulary(
        errors,
        older,
        "A vocabulary without a token that goes with every text",
        Map.of("config.json", BERT, "vocab.txt", "[UNK]\n[CLS]\n"));
    errors.add(
        "A vocabulary that is no text",
        () -> {
          VocabularyFiles.write(older, "config.json", BERT);
          VocabularyFiles.write(older.resolve("vocab.txt"), new byte[] {(byte) 0xff});
          Tokenizer.open(older, 512);
        });
    vocabulary(
        errors,
        older,
        "A token under another id than the settings say",
        Map.of("config.json", BERT, "vocab.txt", WORDS, "added_tokens.json", "{\"<new>\": 9}"));
    vocabulary(
        errors,
        older,
        "Settings without a token that goes with every text",
        Map.of(
            "config.json",
            BERT,
            "vocab.txt",
            WORDS,
            "tokenizer_config.json",
            "{\"cls_token\": null}"));
    vocabulary(
        errors,
        older,
        "An id of a token that is no number",
        Map.of(
            "config.json",
            BERT,
            "vocab.txt",
            WORDS,
            "tokenizer_config.json",
            "{\"added_tokens_decoder\": {\"last\": {}}}"));
    vocabulary(
        errors,
        older,
        "A merge of what are no tokens",
        Map.of(
            "config.json",
            BERT.replace("bert", "gpt2"),
            "vocab.json",
            "{\"a\": 0, \"b\": 1}",
            "merges.txt",
            "a b\n"));
    vocabulary(
        errors,
        older,
        "A file for a model of SentencePiece",
        Map.of("config.json", LLAMA, "tokenizer.model", "IQ== 0\n"));
    errors.add(
        "A damaged tokenizer",
        () -> Tokenizer.open(written(model, TokenizerTest.JSON.substring(0, 7)), 512));
    errors.add(
        "A tokenizer that is no text",
        () -> {
          VocabularyFiles.write(model.resolve("tokenizer.json"), new byte[] {(byte) 0xff});
          Tokenizer.open(model, 512);
        });
    changed(
        errors,
        model,
        "A tokenizer that puts an unknown token around texts",
        "\"[SEP]\": {\"id\"",
        "\"\": {\"id\"");
    changed(
        errors,
        model,
        "A tokenizer with an expression that may be tried for ever",
        "{\"type\": \"BertPreTokenizer\"}",
        split("(a+)+b"));
    changed(
        errors,
        model,
        "A tokenizer with an expression that the library doesn't know",
        "{\"type\": \"BertPreTokenizer\"}",
        split("\\\\p{Nonsense}"));
    changed(
        errors,
        model,
        "A word that a tokenizer has nothing for",
        "WordPiece\", \"unk_token\": \"[UNK]\", \"continuing",
        "WordLevel\", \"unk_token\": \"[NONE]\", \"continuing");
    errors.add(
        "A text that is too long to be encoded",
        () -> encode(written(model, TokenizerTest.JSON), "film ".repeat(300_000), ""));
    errors.add(
        "A pair of texts that are too long to be encoded",
        () ->
            encode(written(model, TokenizerTest.JSON), "film ".repeat(9_000), "a ".repeat(30_000)));
    unreadable(
        errors,
        folder,
        "A tokenizer on a disk that fails",
        "tokenizer.json",
        "host/Tokenizer.java");
    unreadable(
        errors,
        folder,
        "Words on a disk that fails",
        "vocab.txt",
        "host/vocabulary/BytePairs.java");
    unreadable(
        errors,
        folder,
        "Pieces on a disk that fails",
        "tokenizer.model",
        "host/vocabulary/SentencePieceModel.java");
    errors.add(
        "A length without room for the special tokens",
        () -> {
          try (Tokenizer tokenizer = Tokenizer.open(written(model, TokenizerTest.JSON), 2)) {
            tokenizer.encode("a good film", "good");
          }
        });
    errors.add(
        "A long text whose beginning the model would cut",
        () -> {
          Path left = written(model, TokenizerTest.JSON);
          Path config = left.resolve("tokenizer_config.json");
          Files.writeString(config, "{\"truncation_side\": \"left\"}");
          try (Tokenizer tokenizer = Tokenizer.open(left, 4)) {
            tokenizer.encode("a good film", "good");
          } finally {
            Files.delete(config);
          }
        });
    errors.exempt(
        "host/Tokenizer.java",
        "The native library of the tokenizers can't be loaded",
        "a system that the library is not built for");
  }

  /** Opens a folder of files. */
  private static void vocabulary(
      ErrorTexts errors, Path folder, String title, Map<String, String> files) {
    errors.add(
        title,
        () -> {
          Folders.delete(folder);
          for (Map.Entry<String, String> file : files.entrySet()) {
            VocabularyFiles.write(folder, file.getKey(), file.getValue());
          }
          Tokenizer.open(folder, 512);
        });
  }

  private static void unreadable(
      ErrorTexts errors, Path folder, String title, String file, String reader) {
    errors.add(
        title,
        () -> {
          Path unreadable = folder.resolve("unreadable-" + file);
          String model = file.equals("vocab.txt") ? BERT : LLAMA;
          VocabularyFiles.write(unreadable, "config.json", model);
          Files.createSymbolicLink(unreadable.resolve(file), FolderErrors.UNREADABLE);
          try {
            Tokenizer.open(unreadable, 512);
          } finally {
            Files.delete(unreadable.resolve(file));
          }
        });
    errors.needing(
        title,
        FolderErrors.UNREADABLE,
        () -> errors.exempt(reader, "throw Folders.unreadable(", "a failing disk"));
  }

  private static String split(String expression) {
    return "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"%s\"}, \"behavior\": \"Removed\", \"invert\": false}"
        .formatted(expression);
  }

  /** Opens a tokenizer of which a part is another, and encodes a text that it doesn't know. */
  private static void changed(
      ErrorTexts errors, Path model, String title, String part, String other) {
    errors.add(
        title, () -> encode(written(model, TokenizerTest.JSON.replace(part, other)), "x", "y"));
  }

  private static void encode(Path model, String text, String pair) {
    try (Tokenizer tokenizer = Tokenizer.open(model, 8)) {
      tokenizer.encode(text, pair);
    }
  }

  private static Path written(Path model, String json) throws IOException {
    Files.writeString(Files.createDirectories(model).resolve("tokenizer.json"), json);
    return model;
  }
}
