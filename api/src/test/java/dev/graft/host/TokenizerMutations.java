package dev.graft.host;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Damaged variants of a {@code tokenizer.json}: the same ones for the same number. */
final class TokenizerMutations {
  private static final List<JsonElement> VALUES =
      List.of(
          JsonNull.INSTANCE,
          new JsonPrimitive(0),
          new JsonPrimitive(1),
          new JsonPrimitive(-1),
          new JsonPrimitive(3),
          new JsonPrimitive(4294967295L),
          new JsonPrimitive(4294967296L),
          new JsonPrimitive(0.5),
          new JsonPrimitive(new BigDecimal("1e400")),
          new JsonPrimitive(true),
          new JsonPrimitive(false),
          new JsonPrimitive(""),
          new JsonPrimitive(" "),
          new JsonPrimitive("a"),
          new JsonPrimitive("▁"),
          new JsonPrimitive("[CLS]"),
          new JsonPrimitive("é\u0301"),
          new JsonPrimitive("\ud800"),
          new JsonPrimitive("\0"),
          new JsonPrimitive("(a+)+$"),
          new JsonPrimitive("\\s*"),
          new JsonPrimitive("(?=a)"),
          new JsonPrimitive("ab".repeat(5000)),
          new JsonArray(),
          new JsonObject());

  private static final Pattern HALF = Pattern.compile("\ud800(?![\udc00-\udfff])");

  private final String text;
  private final SplittableRandom random;

  private TokenizerMutations(String text, long seed) {
    this.text = text;
    this.random = new SplittableRandom(seed);
  }

  static String mutate(String text, long seed) {
    return new TokenizerMutations(text, seed).mutate();
  }

  private String mutate() {
    if (random.nextInt(8) == 0) {
      return characters();
    }
    JsonElement json = JsonParser.parseString(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      change(json);
    }
    return HALF.matcher(json.toString()).replaceAll("\\\\ud800");
  }

  private String characters() {
    StringBuilder changed = new StringBuilder(text);
    int at = random.nextInt(text.length());
    switch (random.nextInt(4)) {
      case 0 -> changed.setLength(at);
      case 1 -> changed.deleteCharAt(at);
      case 2 -> changed.setCharAt(at, (char) random.nextInt(32, 127));
      default -> changed.insert(at, "\"}]{[,:0\\".charAt(random.nextInt(9)));
    }
    return changed.toString();
  }

  /** Parts are as likely as a vocabulary's many entries. */
  private void change(JsonElement json) {
    JsonElement parent = json;
    while (true) {
      List<JsonElement> inner = new ArrayList<>();
      children(parent).stream().filter(child -> !children(child).isEmpty()).forEach(inner::add);
      if (inner.isEmpty() || random.nextInt(3) == 0) {
        break;
      }
      parent = inner.get(random.nextInt(inner.size()));
    }
    if (parent instanceof JsonArray array) {
      change(array, json);
    } else if (parent instanceof JsonObject object && !object.isEmpty()) {
      change(object, json);
    }
  }

  private void change(JsonArray array, JsonElement root) {
    if (array.isEmpty()) {
      array.add(value(root));
      return;
    }
    int at = random.nextInt(array.size());
    switch (random.nextInt(4)) {
      case 0 -> array.remove(at);
      case 1 -> array.add(array.get(at).deepCopy());
      case 2 -> array.add(value(root));
      default -> array.set(at, near(array.get(at), root));
    }
  }

  private void change(JsonObject object, JsonElement root) {
    List<String> keys = List.copyOf(object.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    switch (random.nextInt(5)) {
      case 0 -> object.remove(key);
      case 1 -> object.add(text(key), object.remove(key));
      case 2 -> object.add(keys.get(random.nextInt(keys.size())), object.get(key).deepCopy());
      default -> object.add(key, near(object.get(key), root));
    }
  }

  /** A value of the same kind as often as not, or one from elsewhere in the file. */
  private JsonElement near(JsonElement old, JsonElement root) {
    if (random.nextBoolean() && old instanceof JsonPrimitive primitive) {
      if (primitive.isBoolean()) {
        return new JsonPrimitive(!primitive.getAsBoolean());
      }
      if (primitive.isNumber()) {
        return number(primitive);
      }
      return new JsonPrimitive(text(primitive.getAsString()));
    }
    return value(root);
  }

  private JsonElement number(JsonPrimitive old) {
    int change = random.nextInt(-3, 4);
    return old.getAsString().matches("-?\\d{1,9}")
        ? new JsonPrimitive(old.getAsInt() + change)
        : new JsonPrimitive(old.getAsDouble() * change);
  }

  private JsonElement value(JsonElement root) {
    if (random.nextInt(3) > 0) {
      return VALUES.get(random.nextInt(VALUES.size()));
    }
    JsonElement other = root;
    while (!children(other).isEmpty() && random.nextInt(4) > 0) {
      List<JsonElement> children = children(other);
      other = children.get(random.nextInt(children.size()));
    }
    return other.deepCopy();
  }

  private String text(String old) {
    int at = random.nextInt(old.length() + 1);
    return switch (random.nextInt(4)) {
      case 0 -> old.substring(0, at);
      case 1 -> old.substring(at);
      case 2 -> old.substring(0, at) + (char) random.nextInt(32, 0x250) + old.substring(at);
      default -> old.isEmpty() ? "+" : damaged(old, Math.min(at, old.length() - 1));
    };
  }

  private String damaged(String old, int at) {
    return old.substring(0, at) + "AZaz09+/".charAt(random.nextInt(8)) + old.substring(at + 1);
  }

  private static List<JsonElement> children(JsonElement json) {
    if (json instanceof JsonArray array) {
      return array.asList();
    }
    return json instanceof JsonObject object ? List.copyOf(object.asMap().values()) : List.of();
  }
}
