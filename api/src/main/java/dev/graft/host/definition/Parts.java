package dev.graft.host.definition;

import com.google.gson.JsonObject;
import java.util.Map;
import java.util.TreeSet;

/**
 * Objects that say their type, of which each has fields of its own.
 *
 * @param shapes by type
 */
record Parts(Map<String, Shape> shapes) implements Kind {
  static final String TYPE = "type";

  @Override
  public JsonObject read(Node node) {
    Node type = node.at(TYPE);
    Shape shape = shapes.get(type.text());
    type.require(shape != null, "one of " + String.join(", ", new TreeSet<>(shapes.keySet())));
    JsonObject part = new JsonObject();
    part.addProperty(TYPE, type.text());
    part.asMap().putAll(shape.read(node).asMap());
    return part;
  }
}
