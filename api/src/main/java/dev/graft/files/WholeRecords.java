package dev.graft.files;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Refuses JSON for a record of which a part is missing, null or of another kind, with a {@link
 * JsonParseException} that names the part: Gson reads the text "0" as a number, any text as false,
 * and null in lists. An optional part need not be there, so that records can get new ones.
 */
public final class WholeRecords implements TypeAdapterFactory {
  private static final Set<Class<?>> OPTIONAL =
      Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

  /** For a builder, before the adapters of the parts. */
  public WholeRecords() {}

  @Override
  public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    Class<? super T> record = type.getRawType();
    if (!record.isRecord()) {
      return null;
    }
    RecordComponent[] components = record.getRecordComponents();
    for (RecordComponent component : components) {
      component.getAccessor().setAccessible(true);
    }
    TypeAdapter<T> parts = gson.getDelegateAdapter(this, type);
    TypeAdapter<JsonElement> tree = gson.getAdapter(JsonElement.class);
    return new TypeAdapter<>() {
      @Override
      public void write(JsonWriter out, T value) throws IOException {
        parts.write(out, value);
      }

      @Override
      public T read(JsonReader in) throws IOException {
        JsonElement json = tree.read(in);
        if (!json.isJsonObject()) {
          throw new JsonParseException("%s where an object should be".formatted(json));
        }
        for (RecordComponent component : components) {
          complete(json.getAsJsonObject(), component);
        }
        T whole = parts.fromJsonTree(json);
        for (RecordComponent component : components) {
          requireRead(json.getAsJsonObject(), component, whole);
        }
        return whole;
      }
    };
  }

  private static void complete(JsonObject json, RecordComponent component) {
    String name = component.getName();
    boolean isThere = json.has(name) && !json.get(name).isJsonNull();
    if (!isThere && !OPTIONAL.contains(component.getType())) {
      throw new JsonParseException("nothing under '%s'".formatted(name));
    }
    if (!isThere) {
      json.add(name, JsonNull.INSTANCE);
    } else if (!JsonKind.fits(json.get(name), component.getGenericType())) {
      throw new JsonParseException("%s under '%s'".formatted(json.get(name), name));
    }
  }

  /** An enum that has no such constant is read as null. */
  private static void requireRead(JsonObject json, RecordComponent component, Object whole) {
    try {
      if (component.getAccessor().invoke(whole) == null) {
        throw new JsonParseException(
            "%s under '%s'".formatted(json.get(component.getName()), component.getName()));
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
