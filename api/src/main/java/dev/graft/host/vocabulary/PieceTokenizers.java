package dev.graft.host.vocabulary;

import dev.graft.host.vocabulary.SentencePieceModel.Piece;
import dev.graft.host.vocabulary.SentencePieceModel.Special;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Tokenizers of SentencePiece's models. The source of each is its {@code tokenization_*.py} in
 * transformers 5.17, and {@code convert_slow_tokenizer.py}.
 */
final class PieceTokenizers {
  private static final String MODEL = "tokenizer.model";

  private PieceTokenizers() {}

  static String deberta(VocabularyFolder folder) {
    String file = "spm.model";
    SentencePieceModel model = SentencePieceModel.read(folder.require(file));
    Map<String, String> defaults = new HashMap<>(WordTokenizers.BERT);
    defaults.putAll(Map.of("bos_token", "[CLS]", "eos_token", "[SEP]"));
    SpecialTokens special =
        folder.special(file, Piece.ids(model.pieces()), defaults, model.marked());
    List<Part> normalizers = new ArrayList<>();
    if (folder.flag("do_lower_case", false)) {
      normalizers.add(Part.of("Lowercase"));
    }
    normalizers.add(Part.replace("Regex", "\\s{2,}|[\\n\\r\\t]", " "));
    normalizers.add(Part.of("NFC"));
    normalizers.add(Part.of("Strip").with("strip_left", false).with("strip_right", true));
    Part spaces = Part.spaces(folder.isPrefixed(true) ? "always" : "first", true);
    Part punctuation = Part.of("Punctuation").with("behavior", "Isolated");
    boolean isCut = folder.flag("split_by_punct", false);
    return Part.tokenizer(
        special,
        Part.unigram(model.pieces(), unknown(model, special.content("unk_token")), false),
        Part.sequence("normalizers", normalizers),
        Part.sequence("pretokenizers", isCut ? List.of(punctuation, spaces) : List.of(spaces)),
        special.around("cls_token", "sep_token"),
        spaces);
  }

  /** The first piece of the text that is as sure as one can be, or else what the model says. */
  private static int unknown(SentencePieceModel model, String text) {
    int listed = model.pieces().stream().map(Piece::text).toList().indexOf(text);
    return listed >= 0 && model.pieces().get(listed).score() == 0 ? listed : model.unknown().id();
  }

  /** The first ids are fairseq's, not those of the pieces; a mask comes last. */
  static String xlmRoberta(VocabularyFolder folder) {
    String file = "sentencepiece.bpe.model";
    SentencePieceModel model = SentencePieceModel.read(folder.require(file));
    Map<String, String> defaults = WordTokenizers.ROBERTA;
    List<Piece> pieces = new ArrayList<>();
    for (String name : List.of("bos_token", "pad_token", "eos_token", "unk_token")) {
      pieces.add(Piece.of(folder.settings().content(name, defaults)));
    }
    model.pieces().stream().skip(3).forEach(pieces::add);
    pieces.add(Piece.of(folder.settings().content("mask_token", defaults)));
    SpecialTokens special = folder.special(file, Piece.ids(pieces), defaults, model.marked());
    Part spaces = Part.spaces(folder.isPrefixed(true) ? "always" : "never", true);
    return Part.tokenizer(
        special,
        Part.unigram(pieces, 3, false),
        model.normalizer(),
        Part.sequence("pretokenizers", List.of(Part.of("WhitespaceSplit"), spaces)),
        special.aroundAlike("bos_token", "eos_token"),
        spaces);
  }

  static String llama(VocabularyFolder folder) {
    SentencePieceModel model = SentencePieceModel.read(folder.require(MODEL));
    BytePairs pairs = BytePairs.of(Piece.ids(model.pieces()));
    Map<String, String> defaults =
        Map.of("unk_token", "<unk>", "bos_token", "<s>", "eos_token", "</s>");
    SpecialTokens special = folder.special(MODEL, pairs.vocabulary(), defaults, model.marked());
    String beginnings = folder.flag("legacy", false) ? "always" : "first";
    List<Part> decoders = decoders(true);
    if (folder.isPrefixed(true)) {
      decoders.add(Part.of("Strip").with("content", " ").with("start", 1).with("stop", 0));
    }
    return Part.tokenizer(
        special,
        Part.pairs(pairs).with("fuse_unk", true).with("byte_fallback", true),
        null,
        Part.spaces(folder.isPrefixed(true) ? beginnings : "never", false),
        special.ends(),
        Part.sequence("decoders", decoders));
  }

  /** By what the model says itself, without a mark at the beginning of a text. */
  static String plain(VocabularyFolder folder) {
    SentencePieceModel model = SentencePieceModel.read(folder.require(MODEL));
    Map<String, Integer> ids = Piece.ids(model.pieces());
    Part computed =
        model.isUnigram()
            ? Part.unigram(model.pieces(), model.unknown().id(), model.byteFallback())
            : pairs(model, ids, folder.settings().declared());
    Map<String, String> defaults = new HashMap<>();
    put(defaults, "bos_token", model.first());
    put(defaults, "eos_token", model.last());
    put(defaults, "unk_token", model.unknown());
    SpecialTokens special = folder.special(MODEL, ids, defaults, model.marked());
    List<Part> normalizers = new ArrayList<>();
    if (model.charsmap().hasRemaining()) {
      normalizers.add(model.normalizer());
    }
    normalizers.add(Part.marked());
    return Part.tokenizer(
        special,
        computed,
        Part.sequence("normalizers", normalizers),
        null,
        special.ends(),
        Part.sequence("decoders", decoders(model.byteFallback())));
  }

  private static void put(Map<String, String> defaults, String name, Special special) {
    if (special.id() >= 0) {
      defaults.put(name, special.text());
    }
  }

  /** Places that the model holds free get the names that the settings have for them. */
  private static Part pairs(
      SentencePieceModel model, Map<String, Integer> ids, SortedMap<Integer, AddedToken> declared) {
    List<List<String>> merges = BytePairs.of(ids).merges();
    declared.forEach(
        (id, token) -> {
          if (!ids.containsKey(token.content()) && ids.values().remove(id)) {
            ids.put(token.content(), id);
          }
        });
    return Part.pairs(new BytePairs(ids, merges))
        .with("unk_token", model.unknown().text())
        .with("fuse_unk", true)
        .with("byte_fallback", model.byteFallback());
  }

  private static List<Part> decoders(boolean byteFallback) {
    List<Part> decoders = new ArrayList<>();
    decoders.add(Part.unmarked());
    if (byteFallback) {
      decoders.add(Part.of("ByteFallback"));
      decoders.add(Part.of("Fuse"));
    }
    return decoders;
  }
}
