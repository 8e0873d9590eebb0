package dev.graft.harness.store;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.RecordComponent;

/** Refuses records of which a part is missing: what is absent is written as null. */
final class WholeRecords implements TypeAdapterFactory {
  @Override
  public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    Class<? super T> record = type.getRawType();
    if (!record.isRecord()) {
      return null;
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
        if (json.isJsonObject()) {
          for (RecordComponent component : record.getRecordComponents()) {
            if (!json.getAsJsonObject().has(component.getName())) {
              throw new JsonParseException(
                  "a %s without '%s'".formatted(record.getSimpleName(), component.getName()));
            }
          }
        }
        return parts.fromJsonTree(json);
      }
    };
  }
}
