package dev.graft.host.vocabulary;

import com.google.gson.JsonObject;
import dev.graft.files.JsonFile;

/**
 * A token that is found in a text before its vocabulary's are, by the names of {@code
 * tokenizer.json}.
 *
 * @param normalized whether it is looked for in the normalised text, and not in the one given
 */
record AddedToken(
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {

  static AddedToken special(String content) {
    return new AddedToken(content, false, false, false, false, true);
  }

  /** As transformers reads it; a special one is not normalised unless it says so. */
  static AddedToken of(JsonFile token, boolean special) {
    return new AddedToken(
        token.requireString("content"),
        token.booleanOr("single_word", false),
        token.booleanOr("lstrip", false),
        token.booleanOr("rstrip", false),
        token.booleanOr("normalized", !special),
        special);
  }

  AddedToken asSpecial() {
    return new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
  }

  /** Its entry among the {@code added_tokens}. */
  JsonObject at(int id) {
    JsonObject json = new JsonObject();
    json.addProperty("id", id);
    json.addProperty("content", content);
    json.addProperty("single_word", singleWord);
    json.addProperty("lstrip", lstrip);
    json.addProperty("rstrip", rstrip);
    json.addProperty("normalized", normalized);
    json.addProperty("special", special);
    return json;
  }
}
