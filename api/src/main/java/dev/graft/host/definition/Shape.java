package dev.graft.host.definition;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** An object with fields of known kinds; others are not passed on. */
final class Shape implements Kind {
  private final Map<String, Kind> fields;
  private final Consumer<Node> check;

  private Shape(Map<String, Kind> fields, Consumer<Node> check) {
    this.fields = fields;
    this.check = check;
  }

  static Shape of() {
    return new Shape(Map.of(), node -> {});
  }

  Shape with(String name, Kind kind) {
    Map<String, Kind> more = new LinkedHashMap<>(fields);
    more.put(name, kind);
    return new Shape(more, check);
  }

  /** With a field that has a value where it is absent. */
  Shape with(String name, Kind kind, Object fallback) {
    return with(
        name,
        node ->
            !node.isNull()
                ? kind.read(node)
                : fallback instanceof Boolean flag
                    ? new JsonPrimitive(flag)
                    : fallback instanceof Number number
                        ? new JsonPrimitive(number)
                        : new JsonPrimitive(fallback.toString()));
  }

  /** With a condition on what the fields say together. */
  Shape where(Consumer<Node> condition) {
    return new Shape(fields, check.andThen(condition));
  }

  @Override
  public JsonObject read(Node node) {
    JsonObject object = new JsonObject();
    node.keys();
    fields.forEach((name, kind) -> object.add(name, kind.read(node.at(name))));
    check.accept(new Node(node.path(), object));
    return object;
  }
}
