package dev.graft.harness.fuzz;

import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.host.Tokenizer;
import dev.graft.host.vocabulary.VocabularyFiles;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands beside a model for its tokenizer, tokenizer.json apart. */
final class TokenizerReaders {
  private static final String SPECIAL =
      """
      {"cls_token": "%s", "sep_token": "%s", "unk_token": "%s", "pad_token": "%s",
       "mask_token": {"content": "%s", "lstrip": true, "rstrip": false, "normalized": false,
                      "single_word": false}}""";
  private static final String SETTINGS =
      """
      {"tokenizer_class": "%s", "do_lower_case": true, "strip_accents": null,
       "tokenize_chinese_chars": true, "model_max_length": 512, "truncation_side": "right",
       "add_prefix_space": false, "clean_up_tokenization_spaces": true, "unk_token": "%s",
       "added_tokens_decoder": {"%s": {"content": "new", "lstrip": false, "rstrip": false,
                                       "normalized": false, "single_word": false, "special": false}}}""";

  private TokenizerReaders() {}

  static List<Reader> all(Path folder) throws IOException {
    List<Reader> readers = new ArrayList<>();
    readers.add(
        reader(
            Fuzz.folder(folder, "tokenizer bert"),
            "bert",
            "BertTokenizer",
            Map.of(
                "vocab.txt",
                String.join("\n", VocabularyFiles.WORDS) + "\n",
                "special_tokens_map.json",
                SPECIAL.formatted("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"),
                "added_tokens.json",
                "{\"more\": 16}")));
    readers.add(
        reader(
            Fuzz.folder(folder, "tokenizer roberta"),
            "roberta",
            "RobertaTokenizer",
            Map.of(
                "vocab.json", VocabularyFiles.TOKENS,
                "merges.txt", VocabularyFiles.MERGES,
                "special_tokens_map.json",
                    SPECIAL.formatted("<s>", "</s>", "<unk>", "<pad>", "<mask>"))));
    Path pieces = Fuzz.folder(folder, "tokenizer llama");
    VocabularyFiles.write(
        pieces.resolve("tokenizer.model"),
        VocabularyFiles.model(2, new byte[0], "<unk>", "<s>", "</s>"));
    readers.add(reader(pieces, "llama", "LlamaTokenizer", Map.of()));
    Path words = Fuzz.folder(folder, "tokenizer settings");
    readers.add(
        reader(
            words, "bert", "BertTokenizerFast", Map.of("tokenizer.json", TinyModel.tokenizer())));
    return readers;
  }

  private static Reader reader(
      Path folder, String architecture, String type, Map<String, String> files) throws IOException {
    int added = Map.of("bert", 15, "roberta", 19, "llama", 17).get(architecture);
    String unknown = architecture.equals("bert") ? "[UNK]" : "<unk>";
    Files.writeString(
        folder.resolve("tokenizer_config.json"), SETTINGS.formatted(type, unknown, added));
    Files.writeString(
        folder.resolve("config.json"), "{\"model_type\": \"%s\"}".formatted(architecture));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    List<Source> sources = new ArrayList<>();
    for (String file :
        List.of(
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "vocab.txt",
            "merges.txt",
            "tokenizer.model")) {
      if (Files.exists(folder.resolve(file))) {
        sources.add(Source.of(folder, file, mutator(file)));
      }
    }
    return new Reader(
        "tokenizer: " + folder.getFileName().toString().substring(10),
        folder,
        sources,
        TokenizerReaders::read);
  }

  private static Mutator mutator(String file) {
    return file.endsWith(".json")
        ? new JsonMutator().or(new ByteMutator())
        : file.endsWith(".txt") ? new TextMutator(" ").or(new ByteMutator()) : new ByteMutator();
  }

  private static void read(Path folder) {
    try (Tokenizer tokenizer = Tokenizer.open(folder, 16)) {
      tokenizer.decode(tokenizer.encode("the film new caf\u00e9 w10", "the").ids());
      tokenizer.maskId();
    }
  }
}
