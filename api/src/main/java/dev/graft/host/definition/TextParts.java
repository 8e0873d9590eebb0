package dev.graft.host.definition;

import static dev.graft.host.definition.Kind.FLAG;
import static dev.graft.host.definition.Kind.LETTER;
import static dev.graft.host.definition.Kind.TEXT;
import static dev.graft.host.definition.Kind.listOf;
import static dev.graft.host.definition.Kind.oneOf;
import static dev.graft.host.definition.Patterns.PATTERN;
import static java.util.Map.entry;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What is done with a text before a vocabulary is looked into, and with tokens afterwards. */
final class TextParts {
  /** A text in the place of a letter may not be longer. */
  private static final int LONGEST = 256;

  private static final Kind SHORT = Kind.text(LONGEST);

  private static final Kind BEHAVIOR =
      oneOf(List.of("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"));

  private static final Shape REPLACE = Shape.of().with("pattern", PATTERN).with("content", SHORT);

  /** Letters for bytes. */
  static final Shape BYTES =
      Shape.of()
          .with("add_prefix_space", FLAG, true)
          .with("trim_offsets", FLAG, true)
          .with("use_regex", FLAG, true);

  private static final Shape SPACES =
      Shape.of()
          .with("replacement", LETTER)
          .with("add_prefix_space", FLAG.orNull())
          .with("prepend_scheme", oneOf(List.of("first", "never", "always")), "always")
          .with("split", FLAG, true);

  static final Kind NORMALIZER =
      new Parts(
          Map.ofEntries(
              entry(
                  "BertNormalizer",
                  Shape.of()
                      .with("clean_text", FLAG)
                      .with("handle_chinese_chars", FLAG)
                      .with("strip_accents", FLAG.orNull())
                      .with("lowercase", FLAG)),
              entry("Strip", Shape.of().with("strip_left", FLAG).with("strip_right", FLAG)),
              entry("StripAccents", Shape.of()),
              entry("NFC", Shape.of()),
              entry("NFD", Shape.of()),
              entry("NFKC", Shape.of()),
              entry("NFKD", Shape.of()),
              entry("Lowercase", Shape.of()),
              entry("Nmt", Shape.of()),
              entry("ByteLevel", Shape.of()),
              entry("Prepend", Shape.of().with("prepend", SHORT)),
              entry("Replace", REPLACE),
              entry("Precompiled", Shape.of().with("precompiled_charsmap", TextParts::charsmap)),
              entry(
                  "Sequence", Shape.of().with("normalizers", listOf(() -> TextParts.NORMALIZER)))));

  static final Kind PRE_TOKENIZER =
      new Parts(
          Map.ofEntries(
              entry("BertPreTokenizer", Shape.of()),
              entry("Whitespace", Shape.of()),
              entry("WhitespaceSplit", Shape.of()),
              entry("UnicodeScripts", Shape.of()),
              entry("ByteLevel", BYTES),
              entry("CharDelimiterSplit", Shape.of().with("delimiter", LETTER)),
              entry("Metaspace", SPACES),
              entry("Digits", Shape.of().with("individual_digits", FLAG)),
              entry("Punctuation", Shape.of().with("behavior", BEHAVIOR, "Isolated")),
              entry(
                  "Split",
                  Shape.of()
                      .with("pattern", PATTERN)
                      .with("behavior", BEHAVIOR)
                      .with("invert", FLAG)),
              entry("FixedLength", Shape.of().with("length", Kind.number(1, 1 << 20), 5)),
              entry(
                  "Sequence",
                  Shape.of().with("pretokenizers", listOf(() -> TextParts.PRE_TOKENIZER)))));

  /** The library can cut letters from the beginning of a token, but not from an end without any. */
  static final Kind DECODER =
      new Parts(
          Map.ofEntries(
              entry("BPEDecoder", Shape.of().with("suffix", TEXT)),
              entry("ByteLevel", BYTES),
              entry("WordPiece", Shape.of().with("prefix", TEXT).with("cleanup", FLAG)),
              entry("Metaspace", SPACES),
              entry(
                  "CTC",
                  Shape.of()
                      .with("pad_token", TEXT)
                      .with("word_delimiter_token", SHORT)
                      .with("cleanup", FLAG)),
              entry("Replace", REPLACE),
              entry("Fuse", Shape.of()),
              entry("ByteFallback", Shape.of()),
              entry(
                  "Strip",
                  Shape.of()
                      .with("content", LETTER)
                      .with("start", Kind.number(0, LONGEST))
                      .with("stop", Kind.number(0, 0))),
              entry("Sequence", Shape.of().with("decoders", listOf(() -> TextParts.DECODER)))));

  private TextParts() {}

  private static JsonElement charsmap(Node node) {
    try {
      byte[] table = Base64.getDecoder().decode(node.text());
      Charsmap.check(ByteBuffer.wrap(table));
      return new JsonPrimitive(Base64.getEncoder().encodeToString(table));
    } catch (IllegalArgumentException e) {
      throw new Unfit(
          node.place(), "a table of SentencePiece's normalisations in Base64", e.getMessage());
    }
  }
}
