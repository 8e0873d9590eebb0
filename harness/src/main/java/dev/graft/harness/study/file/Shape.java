package dev.graft.harness.study.file;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;

/** Parts of a JSON schema. */
final class Shape {
  private Shape() {}

  static JsonObject of(String type) {
    JsonObject shape = new JsonObject();
    shape.addProperty("type", type);
    return shape;
  }

  static JsonObject text() {
    JsonObject shape = of("string");
    shape.addProperty("minLength", 1);
    return shape;
  }

  /** A text that a regular expression matches as a whole. */
  static JsonObject text(String pattern) {
    JsonObject shape = of("string");
    shape.addProperty("pattern", "^(" + pattern + ")$");
    return shape;
  }

  static JsonObject choice(List<String> values) {
    JsonArray choices = new JsonArray();
    values.forEach(choices::add);
    JsonObject shape = new JsonObject();
    shape.add("enum", choices);
    return shape;
  }

  static JsonObject exactly(boolean value) {
    JsonObject shape = new JsonObject();
    shape.add("const", new JsonPrimitive(value));
    return shape;
  }

  /** A list of values, one at least. */
  static JsonObject series(JsonObject each) {
    JsonObject shape = of("array");
    shape.addProperty("minItems", 1);
    shape.add("items", each);
    return shape;
  }

  /** A list of different values, one at least. */
  static JsonObject list(JsonObject each) {
    JsonObject shape = series(each);
    shape.addProperty("uniqueItems", true);
    return shape;
  }

  static JsonObject any(JsonObject... shapes) {
    JsonArray alternatives = new JsonArray();
    List.of(shapes).forEach(alternatives::add);
    JsonObject shape = new JsonObject();
    shape.add("anyOf", alternatives);
    return shape;
  }

  /** Keys with values, and no others. */
  static JsonObject keys(JsonObject properties, String... required) {
    JsonObject shape = of("object");
    shape.add("properties", properties);
    shape.addProperty("additionalProperties", false);
    JsonArray names = new JsonArray();
    List.of(required).forEach(names::add);
    shape.add("required", names);
    return shape;
  }

  static JsonObject reference(String name) {
    JsonObject shape = new JsonObject();
    shape.addProperty("$ref", "#/$defs/" + name);
    return shape;
  }

  static JsonObject described(JsonObject shape, String help) {
    JsonObject described = shape.deepCopy();
    described.addProperty("description", help);
    return described;
  }
}
