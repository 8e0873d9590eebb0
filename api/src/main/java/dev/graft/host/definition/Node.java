package dev.graft.host.definition;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.graft.files.Bounds;
import dev.graft.files.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A value in a file of JSON.
 *
 * @param path says where it stands, once somebody asks
 */
record Node(Supplier<String> path, JsonElement json) {
  private static final int MOST_SHOWN = 60;

  /** An int has no more. */
  private static final int DIGITS = 10;

  /** Where it stands, such as {@code model.vocab}. */
  String place() {
    return path.get();
  }

  boolean isNull() {
    return json.isJsonNull();
  }

  Set<String> keys() {
    return object().keySet();
  }

  /** The value under a key: null if there is none. */
  Node at(String key) {
    JsonElement value = object().get(key);
    return under(key, value == null ? JsonNull.INSTANCE : value);
  }

  private Node under(String key, JsonElement value) {
    return new Node(() -> place().isEmpty() ? key : place() + "." + key, value);
  }

  /** Puts what is made of each value in its place. */
  JsonObject replaced(Function<Node, JsonElement> replacement) {
    for (Map.Entry<String, JsonElement> each : object().entrySet()) {
      each.setValue(replacement.apply(under(each.getKey(), each.getValue())));
    }
    return object();
  }

  private JsonObject object() {
    require(json.isJsonObject(), "an object");
    return json.getAsJsonObject();
  }

  List<Node> items() {
    require(json.isJsonArray(), "a list");
    JsonArray array = json.getAsJsonArray();
    List<Node> items = new ArrayList<>(array.size());
    for (JsonElement each : array) {
      int index = items.size();
      items.add(new Node(() -> place() + "[" + index + "]", each));
    }
    return items;
  }

  String text() {
    require(json instanceof JsonPrimitive primitive && primitive.isString(), "a text");
    return json.getAsString();
  }

  boolean flag() {
    require(json instanceof JsonPrimitive primitive && primitive.isBoolean(), "true or false");
    return json.getAsBoolean();
  }

  double real() {
    require(json instanceof JsonPrimitive primitive && primitive.isNumber(), "a number");
    require(Double.isFinite(json.getAsDouble()), "a number of 64 bits");
    return json.getAsDouble();
  }

  /** A whole number within bounds of such. */
  int number(Bounds bounds) {
    String expected = bounds.words();
    require(json instanceof JsonPrimitive primitive && primitive.isNumber(), expected);
    String text = json.getAsString();
    require(isWhole(text), expected);
    long number = Long.parseLong(text);
    require(bounds.hold((double) number), expected);
    return (int) number;
  }

  /** Said without a regular expression: a vocabulary has tens of thousands. */
  private static boolean isWhole(String text) {
    int first = text.startsWith("-") ? 1 : 0;
    for (int i = first; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return text.length() > first && text.length() <= first + DIGITS;
  }

  /**
   * Refuses the value unless a condition holds.
   *
   * @throws Unfit if it doesn't
   */
  void require(boolean holds, String expected) {
    if (!holds) {
      throw new Unfit(place(), expected, Texts.shortened(json.toString(), MOST_SHOWN));
    }
  }
}
