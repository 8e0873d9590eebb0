package dev.graft.harness.json;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Optional;

/**
 * An optional part that is left out of its record's JSON where it is absent. A part that a record
 * gets later so leaves the keys of stored trials that don't have it as they were.
 */
public final class LeftOut implements TypeAdapterFactory {
  @Override
  public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    TypeAdapter<T> optional = gson.getAdapter(type);
    return new TypeAdapter<>() {
      @Override
      public void write(JsonWriter out, T value) throws IOException {
        boolean areNullsWritten = out.getSerializeNulls();
        out.setSerializeNulls(((Optional<?>) value).isPresent() && areNullsWritten);
        optional.write(out, value);
        out.setSerializeNulls(areNullsWritten);
      }

      @Override
      public T read(JsonReader in) throws IOException {
        return optional.read(in);
      }
    };
  }
}
