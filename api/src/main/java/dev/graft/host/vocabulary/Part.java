package dev.graft.host.vocabulary;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonSerializer;
import java.util.List;

/** A part of {@code tokenizer.json}: an object with a type. */
final class Part {
  private static final Gson GSON =
      new GsonBuilder()
          .serializeNulls()
          .disableHtmlEscaping()
          .registerTypeAdapter(
              Part.class, (JsonSerializer<Part>) (part, type, context) -> part.json)
          .create();

  private static final String SPACE = "▁";

  private final JsonObject json = new JsonObject();

  private Part() {}

  static Part of(String type) {
    return new Part().with("type", type);
  }

  /** A list of parts of one kind. */
  static Part sequence(String kind, List<Part> parts) {
    return of("Sequence").with(kind, parts);
  }

  /** Letters for bytes, words with the space before them. */
  static Part bytes(boolean isPrefixed, boolean isCut) {
    return of("ByteLevel")
        .with("add_prefix_space", isPrefixed)
        .with("trim_offsets", true)
        .with("use_regex", isCut);
  }

  /**
   * A mark for spaces.
   *
   * @param prefixed at what beginnings there is a mark too: {@code always}, {@code first}, {@code
   *     never}
   */
  static Part spaces(String prefixed, boolean isCut) {
    return of("Metaspace")
        .with("replacement", SPACE)
        .with("prepend_scheme", prefixed)
        .with("split", isCut);
  }

  static Part marked() {
    return replace("String", " ", SPACE);
  }

  static Part unmarked() {
    return replace("String", SPACE, " ");
  }

  /**
   * Another text for a pattern.
   *
   * @param kind {@code String} or {@code Regex}
   */
  static Part replace(String kind, String pattern, String content) {
    return of("Replace").with("pattern", new Part().with(kind, pattern)).with("content", content);
  }

  static Part pairs(BytePairs pairs) {
    return of("BPE").with("vocab", pairs.vocabulary()).with("merges", pairs.merges());
  }

  static Part unigram(List<SentencePieceModel.Piece> pieces, int unknown, boolean byteFallback) {
    return of("Unigram")
        .with("unk_id", unknown)
        .with("vocab", pieces.stream().map(piece -> List.of(piece.text(), piece.score())).toList())
        .with("byte_fallback", byteFallback);
  }

  /** The whole; a part may be null. */
  static String tokenizer(
      SpecialTokens special,
      Part model,
      Part normalizer,
      Part preTokenizer,
      Part postProcessor,
      Part decoder) {
    return new Part()
        .with("version", "1.0")
        .with("added_tokens", special.json())
        .with("normalizer", normalizer)
        .with("pre_tokenizer", preTokenizer)
        .with("post_processor", postProcessor)
        .with("decoder", decoder)
        .with("model", model)
        .toString();
  }

  /**
   * Sets an entry.
   *
   * @param value a text, a number, a truth value, a part, a list or map of such, or null
   */
  Part with(String name, Object value) {
    json.add(name, GSON.toJsonTree(value));
    return this;
  }

  @Override
  public String toString() {
    return GSON.toJson(json);
  }
}
