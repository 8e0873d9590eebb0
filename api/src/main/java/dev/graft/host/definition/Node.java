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
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A value in a file of JSON.
 *
 * @param place where it stands, such as {@code model.vocab}
 */
record Node(String place, JsonElement json) {
  private static final int MOST_SHOWN = 60;
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,10}");

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
    require(WHOLE.matcher(json.getAsString()).matches(), expected);
    require(bounds.hold(json.getAsDouble()), expected);
    return json.getAsInt();
  }

  /**
   * Refuses the value unless a condition holds.
   *
   * @throws Unfit if it doesn't
   */
  void require(boolean holds, String expected) {
    if (!holds) {
      throw new Unfit(place, expected, Texts.shortened(json.toString(), MOST_SHOWN));
    }
  }
}
