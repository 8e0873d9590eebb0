package dev.graft.host.vocabulary;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the files beside a vocabulary say of it. {@code special_tokens_map.json} and {@code
 * added_tokens.json}, which are older, count where {@code tokenizer_config.json} has no {@code
 * added_tokens_decoder}.
 */
final class TokenizerSettings {
  /** What transformers calls special tokens, in the order in which it adds them. */
  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private static final String DECLARED = "added_tokens_decoder";
  private static final String EXTRA = "extra_special_tokens";

  /** What extra tokens were called before version 5 of transformers. */
  private static final String ADDITIONAL = "additional_special_tokens";

  private final JsonFile json;
  private final SortedMap<Integer, AddedToken> declared = new TreeMap<>();

  TokenizerSettings(Path folder) {
    JsonFile config = JsonFile.readOrEmpty(folder.resolve("tokenizer_config.json"));
    JsonObject merged = config.json().deepCopy();
    JsonElement additional = merged.remove(ADDITIONAL);
    if (additional != null && !merged.has(EXTRA)) {
      merged.add(EXTRA, additional);
    }
    this.json = new JsonFile(config.file(), merged);
    if (config.json().has(DECLARED)) {
      JsonFile tokens = config.at(DECLARED);
      for (String id : tokens.json().keySet()) {
        JsonFile token = tokens.at(id);
        declared.put(number(id), AddedToken.of(token, token.booleanOr("special", false)));
      }
    } else {
      JsonFile map = JsonFile.readOrEmpty(folder.resolve("special_tokens_map.json"));
      map.json().asMap().forEach((name, token) -> merged.add(name, asSpecial(token)));
      Set<String> special =
          Stream.concat(NAMES.stream().flatMap(name -> given(name).stream()), extra().stream())
              .map(AddedToken::content)
              .collect(Collectors.toSet());
      JsonFile added = JsonFile.readOrEmpty(folder.resolve("added_tokens.json"));
      for (String content : added.json().keySet()) {
        boolean isSpecial = special.contains(content);
        declared.put(
            added.requireInt(content),
            new AddedToken(content, false, false, false, !isSpecial, isSpecial));
      }
    }
  }

  private static JsonElement asSpecial(JsonElement token) {
    JsonElement special = token.deepCopy();
    if (special.isJsonObject() && special.getAsJsonObject().has("content")) {
      special.getAsJsonObject().addProperty("special", true);
    }
    return special;
  }

  private int number(String id) {
    if (!id.matches("\\d{1,9}")) {
      throw Refusals.damaged(json.file(), "ids of added tokens", "'" + id + "'");
    }
    return Integer.parseInt(id);
  }

  /** The tokens of {@code added_tokens_decoder} or {@code added_tokens.json} by their ids. */
  SortedMap<Integer, AddedToken> declared() {
    return declared;
  }

  /** The settings, and the special tokens by name. */
  JsonFile json() {
    return json;
  }

  /**
   * The special tokens by their names, in the order in which they are added.
   *
   * @param defaults of the tokenizer's class; one that the settings say is null has no token
   */
  Map<String, AddedToken> named(Map<String, String> defaults) {
    Map<String, AddedToken> named = new LinkedHashMap<>();
    for (String name : NAMES) {
      Optional<AddedToken> token =
          json.json().has(name)
              ? given(name)
              : Optional.ofNullable(defaults.get(name)).map(AddedToken::special);
      token.ifPresent(each -> named.put(name, asDeclared(each).asSpecial()));
    }
    Stream<String> others =
        json.json().keySet().stream()
            .filter(key -> key.endsWith("_token") && !NAMES.contains(key))
            .filter(key -> !isBoolean(key));
    others.forEach(key -> given(key).ifPresent(token -> named.put(key, token.asSpecial())));
    if (json.has(EXTRA) && json.json().get(EXTRA).isJsonObject()) {
      JsonFile map = json.at(EXTRA);
      map.json().keySet().forEach(key -> named.put(key, token(map, key).asSpecial()));
    }
    return named;
  }

  /** The text of a special token that has to be there. */
  String content(String name, Map<String, String> defaults) {
    AddedToken token = named(defaults).get(name);
    if (token == null) {
      throw Refusals.damaged(json.file(), "a text for '" + name + "'", "null");
    }
    return token.content();
  }

  private boolean isBoolean(String key) {
    JsonElement value = json.json().get(key);
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean();
  }

  private AddedToken asDeclared(AddedToken token) {
    return declared.values().stream()
        .filter(each -> each.content().equals(token.content()))
        .findFirst()
        .orElse(token);
  }

  /**
   * The tokens to add besides.
   *
   * @param own those that the vocabulary itself marks; what the settings list is in their place
   */
  List<AddedToken> extra(List<AddedToken> own) {
    boolean listed = json.json().has(EXTRA) && !json.json().get(EXTRA).isJsonObject();
    return listed ? extra() : own.isEmpty() ? list(ADDITIONAL) : own;
  }

  private List<AddedToken> extra() {
    return list(EXTRA);
  }

  private List<AddedToken> list(String key) {
    List<AddedToken> tokens = new ArrayList<>();
    if (json.has(key) && json.json().get(key).isJsonArray()) {
      for (JsonElement each : json.json().getAsJsonArray(key)) {
        JsonObject entry = new JsonObject();
        entry.add(key, each);
        tokens.add(token(new JsonFile(json.file(), entry), key));
      }
    }
    return tokens;
  }

  private Optional<AddedToken> given(String name) {
    return json.has(name) ? Optional.of(token(json, name)) : Optional.empty();
  }

  /** A text stands for a special token. */
  private static AddedToken token(JsonFile json, String key) {
    return json.json().get(key).isJsonObject()
        ? AddedToken.of(json.at(key), json.at(key).booleanOr("special", false))
        : AddedToken.special(json.requireString(key));
  }
}
