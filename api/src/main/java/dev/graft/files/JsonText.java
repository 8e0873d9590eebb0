package dev.graft.files;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.internal.LazilyParsedNumber;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;

/**
 * JSON as RFC 8259 has it, and nothing that readers understand differently: a name that an object
 * has twice, half a character, or the character NUL, which no path and no name can have.
 */
public final class JsonText {
  private JsonText() {}

  /**
   * {@return what a text says; {@link JsonNull} if it is empty}
   *
   * @param text of one value
   * @throws JsonParseException if it is none, or more than one, or ambiguous; the message says why
   */
  public static JsonElement parse(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      if (isEmpty(reader)) {
        return JsonNull.INSTANCE;
      }
      JsonElement value = value(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("other JSON");
      }
      return value;
    } catch (IOException e) {
      throw new JsonParseException(e);
    }
  }

  private static boolean isEmpty(JsonReader reader) throws IOException {
    try {
      return reader.peek() == JsonToken.END_DOCUMENT;
    } catch (EOFException e) {
      return true;
    }
  }

  private static JsonElement value(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader);
      case BEGIN_ARRAY -> array(reader);
      case STRING -> new JsonPrimitive(whole(reader.nextString()));
      case NUMBER -> new JsonPrimitive(new LazilyParsedNumber(reader.nextString()));
      case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
      default -> {
        reader.nextNull();
        yield JsonNull.INSTANCE;
      }
    };
  }

  private static JsonObject object(JsonReader reader) throws IOException {
    JsonObject object = new JsonObject();
    reader.beginObject();
    while (reader.hasNext()) {
      String name = whole(reader.nextName());
      int others = object.size();
      object.add(name, value(reader));
      if (object.size() == others) {
        throw new JsonParseException("the key '%s' twice".formatted(name));
      }
    }
    reader.endObject();
    return object;
  }

  private static JsonArray array(JsonReader reader) throws IOException {
    JsonArray array = new JsonArray();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value(reader));
    }
    reader.endArray();
    return array;
  }

  private static String whole(String text) {
    return Texts.fault(text)
        .<String>map(
            fault -> {
              throw new JsonParseException(fault);
            })
        .orElse(text);
  }
}
