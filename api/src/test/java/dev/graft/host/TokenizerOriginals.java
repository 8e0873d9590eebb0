package dev.graft.host;

import dev.graft.host.vocabulary.Vocabulary;
import dev.graft.host.vocabulary.VocabularyFiles;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Tokenizers that between them have every part that there is. */
final class TokenizerOriginals {
  private static final String FLAGS =
      "\"single_word\": %s, \"lstrip\": %s, \"rstrip\": %s, \"normalized\": %s, \"special\": %s";

  private TokenizerOriginals() {}

  /** Writes them into folders of a folder. */
  static void write(Path folder) {
    put(folder, "bert", TokenizerTest.JSON);
    put(folder, "words", words());
    put(folder, "pieces", pieces());
    put(folder, "cut", cut());
    put(folder, "prefixed", prefixed());
    put(folder, "levelled", levelled());
    made(folder, "bert", "bert", "vocab.txt");
    made(folder, "roberta", "roberta", "pairs");
    made(folder, "qwen2", "qwen2", "pairs");
    made(folder, "deberta-v2", "deberta-v2", "spm.model");
    made(folder, "xlm-roberta", "XLMRobertaTokenizer", "sentencepiece.bpe.model");
    made(folder, "llama", "LlamaTokenizer", "tokenizer.model");
    made(folder, "plain", "llama", "tokenizer.model");
  }

  private static void put(Path folder, String name, String json) {
    VocabularyFiles.write(folder.resolve(name), "tokenizer.json", json);
  }

  /** What is made of a vocabulary. */
  private static void made(Path folder, String name, String type, String file) {
    Path source = folder.resolve("source-" + name);
    boolean isClass = type.endsWith("Tokenizer");
    VocabularyFiles.write(
        source,
        isClass ? "tokenizer_config.json" : "config.json",
        "{\"%s\": \"%s\"}".formatted(isClass ? "tokenizer_class" : "model_type", type));
    if (file.equals("pairs")) {
      VocabularyFiles.write(source, "vocab.json", VocabularyFiles.TOKENS);
      VocabularyFiles.write(source, "merges.txt", VocabularyFiles.MERGES);
    } else if (file.endsWith(".txt")) {
      VocabularyFiles.write(source, file, String.join("\n", VocabularyFiles.WORDS));
    } else {
      String[] special =
          file.startsWith("spm")
              ? new String[] {"[UNK]", "[CLS]", "[SEP]"}
              : new String[] {"<unk>", "<s>", "</s>"};
      int algorithm = file.equals("tokenizer.model") ? 2 : 1;
      VocabularyFiles.write(
          source.resolve(file), VocabularyFiles.model(algorithm, VocabularyFiles.table(), special));
    }
    put(folder, "made-" + name, Vocabulary.tokenizer(source));
  }

  private static String added(int id, String content, Object... flags) {
    return "{\"id\": %s, \"content\": \"%s\", %s}".formatted(id, content, FLAGS.formatted(flags));
  }

  private static String json(
      List<String> added,
      String normalizer,
      String cut,
      String processor,
      String decoder,
      String model) {
    return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [%s],
         "normalizer": %s, "pre_tokenizer": %s, "post_processor": %s, "decoder": %s, "model": %s}
        """
        .formatted(String.join(", ", added), normalizer, cut, processor, decoder, model);
  }

  private static String words() {
    return json(
        List.of(
            added(0, "[CLS]", false, true, true, false, true),
            added(9, "t2 ", true, true, true, true, false),
            added(10, " ", false, false, true, false, false)),
        "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Strip\", \"strip_left\": true,"
            + " \"strip_right\": true}, {\"type\": \"StripAccents\"}, {\"type\": \"NFKD\"}, {\"type\":"
            + " \"Lowercase\"}, {\"type\": \"Nmt\"}, {\"type\": \"Prepend\", \"prepend\": \"a\"}]}",
        "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Whitespace\"}, {\"type\": \"Digits\","
            + " \"individual_digits\": true}, {\"type\": \"Punctuation\", \"behavior\": \"Isolated\"},"
            + " {\"type\": \"FixedLength\", \"length\": 5}]}",
        "{\"type\": \"Sequence\", \"processors\": [{\"type\": \"BertProcessing\", \"sep\": [\"[CLS]\", 0],"
            + " \"cls\": [\"[CLS]\", 0]}, {\"type\": \"ByteLevel\", \"add_prefix_space\": true,"
            + " \"trim_offsets\": true, \"use_regex\": false}]}",
        "{\"type\": \"CTC\", \"pad_token\": \"[CLS]\", \"word_delimiter_token\": \"|\", \"cleanup\":"
            + " true}",
        "{\"type\": \"WordLevel\", \"unk_token\": \"t1\", \"vocab\": {\"[CLS]\": 0, \"t1\": 1, \"a\": 2,"
            + " \"film\": 3, \"g\": 4}}");
  }

  private static String pieces() {
    String table = Base64.getEncoder().encodeToString(VocabularyFiles.table());
    return json(
        List.of(added(4, "<mask>", false, true, false, true, false)),
        "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Precompiled\","
            + " \"precompiled_charsmap\": \"%s\"}, {\"type\": \"Replace\", \"pattern\": {\"Regex\": \" {2,}\"},"
                .formatted(table)
            + " \"content\": \" \"}, {\"type\": \"NFC\"}]}",
        "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"always\", \"split\":"
            + " true}",
        "{\"type\": \"TemplateProcessing\", \"single\": [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}},"
            + " {\"SpecialToken\": {\"id\": \"</s>\", \"type_id\": 0}}], \"pair\": [{\"Sequence\": {\"id\":"
            + " \"A\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}], \"special_tokens\":"
            + " {\"</s>\": {\"id\": \"</s>\", \"ids\": [1, 2], \"tokens\": [\"</s>\", \"a\"]}}}",
        "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"add_prefix_space\": true,"
            + " \"prepend_scheme\": \"always\"}",
        "{\"type\": \"Unigram\", \"unk_id\": 0, \"byte_fallback\": true, \"vocab\": [[\"<unk>\", 0.0],"
            + " [\"</s>\", 0.0], [\"a\", -1.5], [\"▁a\", -1.0], [\"film\", -2], [\"<0x41>\", -3], [\"<0xC3>\","
            + " -3]]}");
  }

  private static String cut() {
    return json(
        List.of(added(6, "good", true, false, true, true, true)),
        "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true,"
            + " \"strip_accents\": true, \"lowercase\": true}",
        "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Split\", \"pattern\": {\"Regex\":"
            + " \"[a-c]+|\\\\s+(?!\\\\S)|\\\\s+\"}, \"behavior\": \"MergedWithNext\", \"invert\": true},"
            + " {\"type\": \"CharDelimiterSplit\", \"delimiter\": \"i\"}, {\"type\": \"UnicodeScripts\"},"
            + " {\"type\": \"BertPreTokenizer\"}, {\"type\": \"WhitespaceSplit\"}]}",
        "{\"type\": \"RobertaProcessing\", \"sep\": [\"b\", 1], \"cls\": [\"a\", 0], \"trim_offsets\":"
            + " true, \"add_prefix_space\": true}",
        "{\"type\": \"BPEDecoder\", \"suffix\": \"</w>\"}",
        "{\"type\": \"BPE\", \"dropout\": null, \"unk_token\": \"b\", \"continuing_subword_prefix\": \"##\","
            + " \"end_of_word_suffix\": \"</w>\", \"fuse_unk\": true, \"byte_fallback\": true,"
            + " \"ignore_merges\": true, \"vocab\": {\"a\": 0, \"b\": 1, \"##b\": 2, \"ab\": 3, \"##a</w>\": 4,"
            + " \"<0x61>\": 5}, \"merges\": [\"a ##b\"]}");
  }

  private static String prefixed() {
    return json(
        List.of(added(3, "ab", false, false, false, true, true)),
        "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"}, {\"type\": \"Replace\","
            + " \"pattern\": {\"String\": \" \"}, \"content\": \"▁\"}, {\"type\": \"NFD\"}]}",
        "null",
        "{\"type\": \"BertProcessing\", \"sep\": [\"b\", 1], \"cls\": [\"a\", 0]}",
        "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Replace\", \"pattern\": {\"String\": \"▁\"},"
            + " \"content\": \" \"}, {\"type\": \"ByteFallback\"}, {\"type\": \"Fuse\"}, {\"type\": \"Strip\","
            + " \"content\": \" \", \"start\": 1, \"stop\": 0}]}",
        "{\"type\": \"BPE\", \"unk_token\": null, \"fuse_unk\": false, \"byte_fallback\": true, \"vocab\":"
            + " {\"a\": 0, \"b\": 1, \"c\": 2, \"ab\": 3, \"<0x64>\": 4}, \"merges\": [[\"a\", \"b\"]]}");
  }

  private static String levelled() {
    return json(
        List.of(added(2, "[MASK]", false, true, true, false, true)),
        "{\"type\": \"ByteLevel\"}",
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true, \"use_regex\":"
            + " true}",
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true, \"use_regex\":"
            + " true}",
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true, \"use_regex\":"
            + " true}",
        "{\"type\": \"WordPiece\", \"unk_token\": \"a\", \"continuing_subword_prefix\": \"##\","
            + " \"max_input_chars_per_word\": 100, \"vocab\": {\"a\": 0, \"##a\": 1, \"[MASK]\": 2, \"Ġ\": 3,"
            + " \"##Ġ\": 4}}");
  }
}
