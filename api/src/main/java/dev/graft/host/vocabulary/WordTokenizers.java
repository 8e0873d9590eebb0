package dev.graft.host.vocabulary;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokenizers of words and of pairs of bytes. The source of each is its {@code tokenization_*.py} in
 * transformers 5.17.
 */
final class WordTokenizers {
  /** Names of special tokens, and what BERT has for them. */
  static final Map<String, String> BERT =
      Map.of(
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]");

  /** And RoBERTa. */
  static final Map<String, String> ROBERTA =
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "sep_token", "</s>",
          "cls_token", "<s>",
          "unk_token", "<unk>",
          "pad_token", "<pad>",
          "mask_token", "<mask>");

  private static final String WORDS = "vocab.txt";
  private static final String TOKENS = "vocab.json";
  private static final String END = "<|endoftext|>";

  /** Where Qwen2 cuts texts before pairs are looked for. */
  private static final String CUTS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private WordTokenizers() {}

  static String bert(VocabularyFolder folder) {
    List<String> lines = BytePairs.lines(folder.require(WORDS));
    Map<String, Integer> words = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      words.put(lines.get(i).replaceFirst("\\p{IsWhite_Space}+\\z", ""), i);
    }
    SpecialTokens special = folder.special(WORDS, words, BERT, List.of());
    String accents = "strip_accents";
    return Part.tokenizer(
        special,
        Part.of("WordPiece")
            .with("unk_token", special.inVocabulary("unk_token"))
            .with("continuing_subword_prefix", "##")
            .with("max_input_chars_per_word", 100)
            .with("vocab", words),
        Part.of("BertNormalizer")
            .with("clean_text", true)
            .with("handle_chinese_chars", folder.flag("tokenize_chinese_chars", true))
            .with(
                accents, folder.settings().json().has(accents) ? folder.flag(accents, false) : null)
            .with("lowercase", folder.flag("do_lower_case", true)),
        Part.of("BertPreTokenizer"),
        special.around("cls_token", "sep_token"),
        Part.of("WordPiece").with("prefix", "##").with("cleanup", true));
  }

  static String roberta(VocabularyFolder folder) {
    BytePairs pairs = pairs(folder);
    SpecialTokens special = folder.special(TOKENS, pairs.vocabulary(), ROBERTA, List.of());
    return Part.tokenizer(
        special,
        model(pairs),
        null,
        Part.bytes(folder.isPrefixed(false), true),
        Part.of("RobertaProcessing")
            .with("sep", special.withId("sep_token"))
            .with("cls", special.withId("cls_token"))
            .with("trim_offsets", folder.flag("trim_offsets", true))
            .with("add_prefix_space", folder.isPrefixed(false)),
        Part.bytes(true, true));
  }

  static String gpt2(VocabularyFolder folder) {
    BytePairs pairs = pairs(folder);
    Map<String, String> defaults = Map.of("unk_token", END, "bos_token", END, "eos_token", END);
    SpecialTokens special = folder.special(TOKENS, pairs.vocabulary(), defaults, List.of());
    return Part.tokenizer(
        special,
        model(pairs),
        null,
        Part.bytes(folder.isPrefixed(false), true),
        special.ends(),
        Part.bytes(true, true));
  }

  static String qwen2(VocabularyFolder folder) {
    BytePairs pairs = pairs(folder);
    Map<String, String> defaults = Map.of("unk_token", END, "eos_token", END, "pad_token", END);
    SpecialTokens special = folder.special(TOKENS, pairs.vocabulary(), defaults, List.of());
    special.findAllAsTheyAre();
    Part cuts =
        Part.of("Split")
            .with("pattern", Map.of("Regex", CUTS))
            .with("behavior", "Isolated")
            .with("invert", false);
    return Part.tokenizer(
        special,
        model(pairs),
        Part.of("NFC"),
        Part.sequence("pretokenizers", List.of(cuts, Part.bytes(folder.isPrefixed(false), false))),
        special.ends(),
        Part.bytes(true, true));
  }

  private static BytePairs pairs(VocabularyFolder folder) {
    return BytePairs.read(folder.require(TOKENS), folder.require("merges.txt"));
  }

  private static Part model(BytePairs pairs) {
    return Part.pairs(pairs)
        .with("continuing_subword_prefix", "")
        .with("end_of_word_suffix", "")
        .with("fuse_unk", false)
        .with("byte_fallback", false);
  }
}
