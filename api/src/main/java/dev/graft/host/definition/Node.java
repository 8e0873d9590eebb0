package dev.graft.host.definition;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A value in a file of JSON.
 *
 * @param place where it stands, such as {@code model.vocab}
 */
record Node(String place, JsonElement json) {
  private static final int MOST_SHOWN = 60;

  boolean isNull() {
    return json.isJsonNull();
  }

  Set<String> keys() {
    return object().keySet();
  }

  /** The value under a key: null if there is none. */
  Node at(String key) {
    JsonElement value = object().get(key);
    return new Node(
        place.isEmpty() ? key : place + "." + key, value == null ? JsonNull.INSTANCE : value);
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
      items.add(new Node(place + "[" + items.size() + "]", each));
    }
    return items;
  }

  /** A text that has a form in UTF-8. */
  String text() {
    require(json instanceof JsonPrimitive primitive && primitive.isString(), "a text");
    return whole(json.getAsString());
  }

  /** The same of a key of an object. */
  String whole(String text) {
    require(
        text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE),
        "whole letters, no halves of pairs of UTF-16");
    return text;
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

  int number(int least, int most) {
    String expected = "a whole number from %s to %s".formatted(least, most);
    require(json instanceof JsonPrimitive primitive && primitive.isNumber(), expected);
    require(json.getAsString().matches("-?\\d{1,10}"), expected);
    long value = json.getAsLong();
    require(value >= least && value <= most, expected);
    return (int) value;
  }

  /**
   * Refuses the value unless a condition holds.
   *
   * @throws Unfit if it doesn't
   */
  void require(boolean holds, String expected) {
    if (!holds) {
      String found = json.toString();
      throw new Unfit(
          place,
          expected,
          found.length() > MOST_SHOWN ? found.substring(0, MOST_SHOWN) + "..." : found);
    }
  }
}
