package dev.graft.harness.fuzz;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Changes one or a few places of a JSON document: what is there goes, changes its type or its size,
 * comes twice, or is what JSON has no word for.
 */
final class JsonMutator implements Mutator {
  /** In the tree a text that stands for something that no tree can hold. */
  private static final String MARK = "@raw@";

  private static final String TWICE = "@twice@";

  private static final List<String> VALUES =
      List.of(
              "null, true, false, 0, -1, 1, 2, 3, 7, 100, 65536, 1000000, 0.5, 1.5, -0.5, 1.0, -0.0",
              "2147483647, 2147483648, -2147483648, 4294967297, 9223372036854775807",
              "9223372036854775808, 1e3, 1e9, 1e18, 1e38, 1e39, 1e308, -1e308, 1e999, 1e-999, 1e-40",
              "NaN, -Infinity, 0x10, 1_000, 01, '', 'x', 'NaN', 'Infinity', '0', '-1', '1e9', 'null'",
              "'true', 'a\\u0000b', '\\u0000', '\\ud800', 'x\\udc00', '\\u202e', 'a\\nb', '../x', '/'",
              "'.', '%s', '(', '.*', '[', '{0}', '😀', [], {}, [null], [[]], [1;null], [0;-1], ['']",
              "{'':null}, {'a':{'b':1}}, {'\\u0000':1}, {'0':null}, [1;1], [2147483647;2147483647]")
          .stream()
          .flatMap(line -> List.of(line.split(", ")).stream())
          .map(value -> value.replace('\'', '"').replace(';', ','))
          .toList();

  /** A place of a tree. */
  private record Place(JsonElement parent, Object step) {
    JsonElement value() {
      return step instanceof String key
          ? parent.getAsJsonObject().get(key)
          : parent.getAsJsonArray().get((Integer) step);
    }

    void put(JsonElement value) {
      if (step instanceof String key) {
        parent.getAsJsonObject().add(key, value);
      } else {
        parent.getAsJsonArray().set((Integer) step, value);
      }
    }

    void remove() {
      if (step instanceof String key) {
        parent.getAsJsonObject().remove(key);
      } else {
        parent.getAsJsonArray().remove((int) (Integer) step);
      }
    }
  }

  @Override
  public byte[] change(byte[] original, Random random) {
    JsonElement root = JsonParser.parseString(new String(original, StandardCharsets.UTF_8));
    return changed(root, random).getBytes(StandardCharsets.UTF_8);
  }

  /** The text of a changed tree. */
  static String changed(JsonElement root, Random random) {
    JsonArray whole = new JsonArray(); // the root has a place, too
    whole.add(root);
    List<String> raw = new ArrayList<>();
    for (int i = random.nextInt(4) == 0 ? 3 : 1; i > 0; i--) {
      List<Place> places = new ArrayList<>();
      addPlaces(whole, places);
      if (places.size() > 1 && random.nextInt(50) > 0) {
        places.remove(0);
      }
      change(places.get(random.nextInt(places.size())), places, raw, random);
      if (whole.isEmpty()) {
        return "";
      }
    }
    String text = whole.get(0).toString();
    for (int i = 0; i < raw.size(); i++) {
      text = text.replace('"' + MARK + i + '"', raw.get(i));
    }
    return text.replace('"' + TWICE, "\"");
  }

  private static void addPlaces(JsonElement json, List<Place> places) {
    if (json.isJsonObject()) {
      for (String key : List.copyOf(json.getAsJsonObject().keySet())) {
        places.add(new Place(json, key));
        addPlaces(json.getAsJsonObject().get(key), places);
      }
    } else if (json.isJsonArray()) {
      for (int i = 0; i < json.getAsJsonArray().size(); i++) {
        places.add(new Place(json, i));
        addPlaces(json.getAsJsonArray().get(i), places);
      }
    }
  }

  private static void change(Place place, List<Place> places, List<String> raw, Random random) {
    JsonElement before = place.value();
    switch (random.nextInt(10)) {
      case 0 -> place.remove();
      case 1 -> place.put(places.get(random.nextInt(places.size())).value().deepCopy());
      case 2 -> place.put(raw(large(random), raw));
      case 3 -> again(place, raw, random);
      case 4 -> more(before, raw, random);
      case 5, 6 -> place.put(near(before, raw, random));
      default -> place.put(raw(VALUES.get(random.nextInt(VALUES.size())), raw));
    }
  }

  private static JsonElement raw(String text, List<String> raw) {
    raw.add(text);
    return new JsonPrimitive(MARK + (raw.size() - 1));
  }

  private static String large(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> '"' + "x".repeat(70_000) + '"';
      case 1 -> "9".repeat(2_000);
      case 2 -> "1e-" + "9".repeat(9);
      case 3 -> "[".repeat(2_000) + "]".repeat(2_000);
      case 4 -> "[" + "0,".repeat(3_000) + "0]";
      default -> "{\"a\":".repeat(200) + "1" + "}".repeat(200);
    };
  }

  /** The same key a second time, or another name for it, or the element once more. */
  private static void again(Place place, List<String> raw, Random random) {
    if (place.step() instanceof String key) {
      JsonObject parent = place.parent().getAsJsonObject();
      JsonElement value = place.value();
      switch (random.nextInt(4)) {
        case 0 -> parent.add(TWICE + key, value.deepCopy());
        case 1 -> parent.add(TWICE + key, raw(VALUES.get(random.nextInt(VALUES.size())), raw));
        case 2 -> rename(parent, key, key + '\u0000');
        default -> rename(parent, key, random.nextBoolean() ? "" : key + key);
      }
    } else {
      place.parent().getAsJsonArray().add(place.value().deepCopy());
    }
  }

  private static void rename(JsonObject parent, String from, String to) {
    parent.add(to, parent.remove(from));
  }

  private static void more(JsonElement value, List<String> raw, Random random) {
    JsonElement added = raw(VALUES.get(random.nextInt(VALUES.size())), raw);
    if (value.isJsonObject()) {
      value.getAsJsonObject().add("more", added);
    } else if (value.isJsonArray()) {
      value.getAsJsonArray().add(added);
    }
  }

  /** Something like what was there. */
  private static JsonElement near(JsonElement before, List<String> raw, Random random) {
    if (before instanceof JsonPrimitive number && number.isNumber()) {
      String text = number.getAsString();
      double value = number.getAsDouble();
      return switch (random.nextInt(7)) {
        case 0 -> raw(text.startsWith("-") ? text.substring(1) : "-" + text, raw);
        case 1 -> new JsonPrimitive(Math.round(value) + 1);
        case 2 -> new JsonPrimitive(Math.round(value) - 1);
        case 3 -> new JsonPrimitive(value + 0.5);
        case 4 -> raw(text + "000000", raw);
        case 5 -> raw(text + "e4", raw);
        default -> new JsonPrimitive(text);
      };
    }
    if (before instanceof JsonPrimitive said && said.isString()) {
      String text = said.getAsString();
      int at = text.isEmpty() ? 0 : random.nextInt(text.length());
      return switch (random.nextInt(5)) {
        case 0 -> new JsonPrimitive(text.substring(0, at) + '\u0000' + text.substring(at));
        case 1 -> new JsonPrimitive(text.substring(0, at) + '\ud83d' + text.substring(at));
        case 2 -> new JsonPrimitive(text.substring(0, at));
        case 3 -> new JsonPrimitive(text + text);
        default -> new JsonPrimitive(text.toUpperCase(java.util.Locale.ROOT));
      };
    }
    if (before instanceof JsonArray list && !list.isEmpty()) {
      JsonArray shorter = list.deepCopy();
      shorter.remove(random.nextInt(shorter.size()));
      return shorter;
    }
    return raw(VALUES.get(random.nextInt(VALUES.size())), raw);
  }
}
