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
    if (json instanceof JsonObject object) {
      return object;
    }
    throw unfit("an object");
  }

  List<Node> items() {
    if (json instanceof JsonArray array) {
      List<Node> items = new ArrayList<>(array.size());
      for (JsonElement each : array) {
        items.add(new Node(place + "[" + items.size() + "]", each));
      }
      return items;
    }
    throw unfit("a list");
  }

  /** A text that has a form in UTF-8. */
  String text() {
    if (json instanceof JsonPrimitive primitive && primitive.isString()) {
      return whole(primitive.getAsString());
    }
    throw unfit("a text");
  }

  /** The same of a key of an object. */
  String whole(String text) {
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw unfit("whole letters, no halves of pairs of UTF-16");
    }
    return text;
  }

  boolean flag() {
    if (json instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw unfit("true or false");
  }

  double real() {
    if (json instanceof JsonPrimitive primitive && primitive.isNumber()) {
      double value = primitive.getAsDouble();
      if (Double.isFinite(value)) {
        return value;
      }
    }
    throw unfit("a number");
  }

  int number(int least, int most) {
    String expected = "a whole number from %s to %s".formatted(least, most);
    if (json instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && primitive.getAsString().matches("-?\\d{1,10}")) {
      long value = Long.parseLong(primitive.getAsString());
      if (value >= least && value <= most) {
        return (int) value;
      }
    }
    throw unfit(expected);
  }

  IllegalArgumentException unfit(String expected) {
    String found = json.toString();
    return new Unfit(
        place,
        expected,
        found.length() > MOST_SHOWN ? found.substring(0, MOST_SHOWN) + "..." : found);
  }
}
