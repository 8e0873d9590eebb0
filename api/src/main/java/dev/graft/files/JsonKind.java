package dev.graft.files;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Whether JSON is of the kind that a type is written as. */
final class JsonKind {
  private static final Set<Type> WHOLE =
      Set.of(
          int.class, long.class, Integer.class, Long.class, OptionalInt.class, OptionalLong.class);
  private static final Set<Type> REAL = Set.of(double.class, Double.class, OptionalDouble.class);

  /** What JSON has no numbers for, as {@link Double#toString} writes it. */
  private static final List<String> NO_NUMBERS = List.of("NaN", "Infinity", "-Infinity");

  private JsonKind() {}

  /** Types that are not known here may be written as anything but null. */
  static boolean fits(JsonElement json, Type type) {
    if (type instanceof ParameterizedType of && of.getRawType() instanceof Class<?> raw) {
      return fits(json, raw, of.getActualTypeArguments());
    }
    if (type == String.class) {
      return json instanceof JsonPrimitive text && text.isString();
    }
    if (type == boolean.class || type == Boolean.class) {
      return json instanceof JsonPrimitive truth && truth.isBoolean();
    }
    if (WHOLE.contains(type)) {
      return json.isJsonNull() ? isOptional(type) : isNumber(json);
    }
    if (REAL.contains(type)) {
      return json.isJsonNull() ? isOptional(type) : isNumber(json) || isNoNumber(json);
    }
    return !json.isJsonNull();
  }

  private static boolean fits(JsonElement json, Class<?> raw, Type[] parts) {
    if (raw == Optional.class) {
      return json.isJsonNull() || fits(json, parts[0]);
    }
    if (Collection.class.isAssignableFrom(raw) && json.isJsonArray()) {
      return json.getAsJsonArray().asList().stream().allMatch(each -> fits(each, parts[0]));
    }
    if (Map.class.isAssignableFrom(raw) && json.isJsonObject()) {
      return json.getAsJsonObject().asMap().values().stream()
          .allMatch(each -> fits(each, parts[1]));
    }
    return !json.isJsonNull(); // a list that lies elsewhere, a map of complex keys
  }

  private static boolean isOptional(Type type) {
    return type == OptionalInt.class || type == OptionalLong.class || type == OptionalDouble.class;
  }

  private static boolean isNumber(JsonElement json) {
    return json instanceof JsonPrimitive number && number.isNumber();
  }

  private static boolean isNoNumber(JsonElement json) {
    return json instanceof JsonPrimitive text
        && text.isString()
        && NO_NUMBERS.contains(text.getAsString());
  }
}
