package dev.graft.harness.json;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * An optional value as itself or null.
 *
 * @param <O> the optional
 * @param <T> what it holds
 */
final class OptionalAdapter<O, T> extends TypeAdapter<O> {
  private final TypeAdapter<T> inner;
  private final Function<O, T> toValue;
  private final Function<T, O> toOptional;

  private OptionalAdapter(TypeAdapter<T> inner, Function<O, T> toValue, Function<T, O> toOptional) {
    this.inner = inner;
    this.toValue = toValue;
    this.toOptional = toOptional;
  }

  @Override
  public void write(JsonWriter out, O optional) throws IOException {
    T value = toValue.apply(optional);
    if (value == null) {
      out.nullValue();
    } else {
      inner.write(out, value);
    }
  }

  @Override
  public O read(JsonReader in) throws IOException {
    if (in.peek() == JsonToken.NULL) {
      in.nextNull();
      return toOptional.apply(null);
    }
    return toOptional.apply(inner.read(in));
  }

  /** Finds the adapter for what an optional holds. */
  static final class Factory implements TypeAdapterFactory {
    @Override
    @SuppressWarnings("unchecked") // The raw type was compared.
    public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      if (type.getRawType() == OptionalLong.class) {
        return (TypeAdapter<T>)
            new OptionalAdapter<OptionalLong, Long>(
                gson.getAdapter(Long.class),
                optional -> optional.isPresent() ? optional.getAsLong() : null,
                value -> value == null ? OptionalLong.empty() : OptionalLong.of(value));
      }
      if (type.getRawType() == Optional.class) {
        ParameterizedType optional = (ParameterizedType) type.getType();
        TypeAdapter<Object> inner =
            (TypeAdapter<Object>)
                gson.getAdapter(TypeToken.get(optional.getActualTypeArguments()[0]));
        return (TypeAdapter<T>)
            new OptionalAdapter<Optional<Object>, Object>(
                inner, value -> value.orElse(null), Optional::ofNullable);
      }
      return null;
    }
  }
}
