package dev.graft.host.vocabulary;

import dev.graft.files.JsonFile;
import dev.graft.host.vocabulary.SentencePieceModel.Piece;
import dev.graft.host.vocabulary.SentencePieceModel.Special;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the classes of transformers make of a vocabulary and its settings, as maps by the names of
 * {@code tokenizer.json}. The source of each is its {@code tokenization_*.py} in version 5.17.
 */
final class TokenizerParts {
  private static final Map<String, String> BERT_TOKENS =
      Map.of(
          "unk_token", "[UNK]",
          "sep_token", "[SEP]",
          "pad_token", "[PAD]",
          "cls_token", "[CLS]",
          "mask_token", "[MASK]");

  private static final Map<String, String> ROBERTA_TOKENS =
      Map.of(
          "bos_token", "<s>",
          "eos_token", "</s>",
          "sep_token", "</s>",
          "cls_token", "<s>",
          "unk_token", "<unk>",
          "pad_token", "<pad>",
          "mask_token", "<mask>");

  private static final String END_OF_TEXT = "<|endoftext|>";
  private static final String SPACE = "▁";

  /** Where Qwen2 cuts texts before pairs are looked for. */
  private static final String WORDS =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private final Path folder;
  private final TokenizerSettings settings;
  private final JsonFile json;

  TokenizerParts(Path folder, TokenizerSettings settings) {
    this.folder = folder;
    this.settings = settings;
    this.json = settings.json();
  }

  Map<String, Object> bert() {
    Path file = require("vocab.txt");
    List<String> lines = BytePairs.lines(file);
    Map<String, Integer> words = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      words.put(lines.get(i).replaceFirst("\\p{IsWhite_Space}+\\z", ""), i);
    }
    SpecialTokens special = special(file, words, BERT_TOKENS, List.of());
    return tokenizer(
        special,
        map(
            "type",
            "WordPiece",
            "unk_token",
            special.inVocabulary("unk_token"),
            "continuing_subword_prefix",
            "##",
            "max_input_chars_per_word",
            100,
            "vocab",
            words),
        map(
            "type",
            "BertNormalizer",
            "clean_text",
            true,
            "handle_chinese_chars",
            json.booleanOr("tokenize_chinese_chars", true),
            "strip_accents",
            json.has("strip_accents") ? json.requireBoolean("strip_accents") : null,
            "lowercase",
            json.booleanOr("do_lower_case", true)),
        map("type", "BertPreTokenizer"),
        special.around("cls_token", "sep_token"),
        map("type", "WordPiece", "prefix", "##", "cleanup", true));
  }

  Map<String, Object> roberta() {
    BytePairs pairs = bytePairs();
    SpecialTokens special = special(pairs, ROBERTA_TOKENS);
    return tokenizer(
        special,
        bytePairs(pairs),
        null,
        bytes(isPrefixed(false), true),
        map(
            "type", "RobertaProcessing",
            "sep", special.withId("sep_token"),
            "cls", special.withId("cls_token"),
            "trim_offsets", json.booleanOr("trim_offsets", true),
            "add_prefix_space", isPrefixed(false)),
        bytes(true, true));
  }

  Map<String, Object> gpt2() {
    BytePairs pairs = bytePairs();
    Map<String, String> defaults =
        Map.of("unk_token", END_OF_TEXT, "bos_token", END_OF_TEXT, "eos_token", END_OF_TEXT);
    SpecialTokens special = special(pairs, defaults);
    return tokenizer(
        special,
        bytePairs(pairs),
        null,
        bytes(isPrefixed(false), true),
        special.ends(),
        bytes(true, true));
  }

  Map<String, Object> qwen2() {
    BytePairs pairs = bytePairs();
    Map<String, String> defaults =
        Map.of("unk_token", END_OF_TEXT, "eos_token", END_OF_TEXT, "pad_token", END_OF_TEXT);
    SpecialTokens special = special(pairs, defaults);
    special.findAllAsTheyAre();
    Object words =
        map(
            "type",
            "Split",
            "pattern",
            map("Regex", WORDS),
            "behavior",
            "Isolated",
            "invert",
            false);
    return tokenizer(
        special,
        bytePairs(pairs),
        map("type", "NFC"),
        sequence("pretokenizers", List.of(words, bytes(isPrefixed(false), false))),
        special.ends(),
        bytes(true, true));
  }

  Map<String, Object> deberta() {
    SentencePieceModel model = SentencePieceModel.read(require("spm.model"));
    Map<String, String> defaults = new HashMap<>(BERT_TOKENS);
    defaults.putAll(Map.of("bos_token", "[CLS]", "eos_token", "[SEP]"));
    SpecialTokens special =
        special(model.file(), Piece.ids(model.pieces()), defaults, model.marked());
    List<Object> normalizers = new ArrayList<>();
    if (json.booleanOr("do_lower_case", false)) {
      normalizers.add(map("type", "Lowercase"));
    }
    normalizers.add(replace("Regex", "\\s{2,}|[\\n\\r\\t]", " "));
    normalizers.add(map("type", "NFC"));
    normalizers.add(map("type", "Strip", "strip_left", false, "strip_right", true));
    List<Object> cuts = new ArrayList<>();
    if (json.booleanOr("split_by_punct", false)) {
      cuts.add(map("type", "Punctuation", "behavior", "Isolated"));
    }
    Object spaces = spaces(isPrefixed(true) ? "always" : "first", true);
    cuts.add(spaces);
    String unknown = special.content("unk_token");
    int listed = model.pieces().stream().map(Piece::text).toList().indexOf(unknown);
    boolean isUnknown = listed >= 0 && model.pieces().get(listed).score() == 0;
    return tokenizer(
        special,
        unigram(model.pieces(), isUnknown ? listed : model.unknown().id(), false),
        sequence("normalizers", normalizers),
        sequence("pretokenizers", cuts),
        special.around("cls_token", "sep_token"),
        spaces);
  }

  /** The first ids are fairseq's, not those of the pieces; a mask comes last. */
  Map<String, Object> xlmRoberta() {
    SentencePieceModel model = SentencePieceModel.read(require("sentencepiece.bpe.model"));
    List<Piece> pieces = new ArrayList<>();
    for (String name : List.of("bos_token", "pad_token", "eos_token", "unk_token")) {
      pieces.add(Piece.of(settings.content(name, ROBERTA_TOKENS)));
    }
    model.pieces().stream().skip(3).forEach(pieces::add);
    pieces.add(Piece.of(settings.content("mask_token", ROBERTA_TOKENS)));
    SpecialTokens special =
        special(model.file(), Piece.ids(pieces), ROBERTA_TOKENS, model.marked());
    Object spaces = spaces(isPrefixed(true) ? "always" : "never", true);
    return tokenizer(
        special,
        unigram(pieces, 3, false),
        model.normalizer(),
        sequence("pretokenizers", List.of(map("type", "WhitespaceSplit"), spaces)),
        special.aroundAlike("bos_token", "eos_token"),
        spaces);
  }

  Map<String, Object> llama() {
    SentencePieceModel model = SentencePieceModel.read(require("tokenizer.model"));
    BytePairs pairs = BytePairs.of(Piece.ids(model.pieces()));
    Map<String, String> defaults =
        Map.of("unk_token", "<unk>", "bos_token", "<s>", "eos_token", "</s>");
    SpecialTokens special = special(model.file(), pairs.vocabulary(), defaults, model.marked());
    boolean isLegacy = json.booleanOr("legacy", false);
    List<Object> decoders = decoders(true);
    if (isPrefixed(true)) {
      decoders.add(map("type", "Strip", "content", " ", "start", 1, "stop", 0));
    }
    return tokenizer(
        special,
        bytePairs(pairs, null, true),
        null,
        spaces(isPrefixed(true) ? isLegacy ? "always" : "first" : "never", false),
        special.ends(),
        sequence("decoders", decoders));
  }

  /** SentencePiece by what the model says itself. */
  Map<String, Object> pieces() {
    SentencePieceModel model = SentencePieceModel.read(require("tokenizer.model"));
    Map<String, Integer> ids = Piece.ids(model.pieces());
    Object computed =
        model.isUnigram()
            ? unigram(model.pieces(), model.unknown().id(), model.byteFallback())
            : bytePairs(renamed(BytePairs.of(ids)), model.unknown().text(), model.byteFallback());
    Map<String, String> defaults = new HashMap<>();
    put(defaults, "bos_token", model.first());
    put(defaults, "eos_token", model.last());
    put(defaults, "unk_token", model.unknown());
    SpecialTokens special = special(model.file(), ids, defaults, model.marked());
    List<Object> normalizers = new ArrayList<>();
    normalizers.add(replace("String", " ", SPACE));
    if (model.charsmap().hasRemaining()) {
      normalizers.add(0, model.normalizer());
    }
    return tokenizer(
        special,
        computed,
        sequence("normalizers", normalizers),
        null,
        special.ends(),
        sequence("decoders", decoders(model.byteFallback())));
  }

  private static void put(Map<String, String> defaults, String name, Special special) {
    if (special.id() >= 0) {
      defaults.put(name, special.text());
    }
  }

  /** With the names that the settings have for places that the model only holds free. */
  private BytePairs renamed(BytePairs pairs) {
    Map<String, Integer> vocabulary = pairs.vocabulary();
    settings
        .declared()
        .forEach(
            (id, token) -> {
              if (!vocabulary.containsKey(token.content()) && vocabulary.containsValue(id)) {
                vocabulary.values().remove(id);
                vocabulary.put(token.content(), id);
              }
            });
    return pairs;
  }

  private Path require(String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw Refusals.missing(folder, "tokenizer.json, or " + name);
    }
    return file;
  }

  private BytePairs bytePairs() {
    return BytePairs.read(require("vocab.json"), require("merges.txt"));
  }

  private SpecialTokens special(
      Path file, Map<String, Integer> ids, Map<String, String> defaults, List<AddedToken> own) {
    return new SpecialTokens(file, ids, settings, defaults, own);
  }

  private SpecialTokens special(BytePairs pairs, Map<String, String> defaults) {
    return special(require("vocab.json"), pairs.vocabulary(), defaults, List.of());
  }

  private boolean isPrefixed(boolean fallback) {
    return json.booleanOr("add_prefix_space", fallback);
  }

  private static Object bytePairs(BytePairs pairs) {
    return map(
        "type",
        "BPE",
        "continuing_subword_prefix",
        "",
        "end_of_word_suffix",
        "",
        "fuse_unk",
        false,
        "byte_fallback",
        false,
        "ignore_merges",
        false,
        "vocab",
        pairs.vocabulary(),
        "merges",
        pairs.merges());
  }

  /** Of pieces; letters of none are bytes, or else unknown together. */
  private static Object bytePairs(BytePairs pairs, String unknown, boolean byteFallback) {
    return map(
        "type",
        "BPE",
        "unk_token",
        unknown,
        "fuse_unk",
        true,
        "byte_fallback",
        byteFallback,
        "ignore_merges",
        false,
        "vocab",
        pairs.vocabulary(),
        "merges",
        pairs.merges());
  }

  private static Map<String, Object> tokenizer(
      SpecialTokens special,
      Object model,
      Object normalizer,
      Object preTokenizer,
      Object postProcessor,
      Object decoder) {
    return map(
        "version", "1.0",
        "added_tokens", special.json(),
        "normalizer", normalizer,
        "pre_tokenizer", preTokenizer,
        "post_processor", postProcessor,
        "decoder", decoder,
        "model", model);
  }

  private static Object unigram(List<Piece> pieces, int unknown, boolean byteFallback) {
    return map(
        "type",
        "Unigram",
        "unk_id",
        unknown,
        "vocab",
        pieces.stream().map(piece -> List.of(piece.text(), piece.score())).toList(),
        "byte_fallback",
        byteFallback);
  }

  private static Object bytes(boolean isPrefixed, boolean isCut) {
    return map(
        "type",
        "ByteLevel",
        "add_prefix_space",
        isPrefixed,
        "trim_offsets",
        true,
        "use_regex",
        isCut);
  }

  private static Object spaces(String prefixed, boolean isCut) {
    return map(
        "type", "Metaspace", "replacement", SPACE, "prepend_scheme", prefixed, "split", isCut);
  }

  private static Object replace(String kind, String pattern, String content) {
    return map("type", "Replace", "pattern", map(kind, pattern), "content", content);
  }

  private static List<Object> decoders(boolean byteFallback) {
    List<Object> decoders = new ArrayList<>();
    decoders.add(replace("String", SPACE, " "));
    if (byteFallback) {
      decoders.add(map("type", "ByteFallback"));
      decoders.add(map("type", "Fuse"));
    }
    return decoders;
  }

  private static Object sequence(String name, List<Object> parts) {
    return map("type", "Sequence", name, parts);
  }

  /** Names and values in turn; a value may be null. */
  static Map<String, Object> map(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }
}
