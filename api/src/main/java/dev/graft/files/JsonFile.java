package dev.graft.files;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.graft.GraftException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A file that holds one JSON object, such as a configuration. Values are read by key; a value of
 * the wrong kind, or none where one is required, is a {@link GraftException} that names the file
 * and the key. A key whose value is null counts as absent.
 *
 * @param file where the object was read
 * @param json the object, not to be changed
 */
public record JsonFile(Path file, JsonObject json) {
  private static final int MOST_SHOWN = 200;

  /**
   * {@return the object that a file holds, parsed strictly}
   *
   * @param file in UTF-8
   * @throws GraftException if the file is missing, can't be read or holds no JSON object
   */
  public static JsonFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw GraftException.input("There is no file %s.", file)
          .expected("a file of JSON")
          .found(Folders.kind(file))
          .remedy("check the path");
    }
    try {
      return of(file, Files.readString(file));
    } catch (CharacterCodingException | JsonParseException e) {
      throw GraftException.input("%s can't be read.", file)
          .expected("a JSON object")
          .found(reason(e))
          .remedy("mend the file or take it from its source again");
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    }
  }

  /**
   * {@return the object that a file holds, parsed strictly; empty where there is no file}
   *
   * @param file in UTF-8, which may be missing
   * @throws GraftException if the file can't be read or holds no JSON object
   */
  public static JsonFile readOrEmpty(Path file) {
    return Files.isRegularFile(file) ? read(file) : new JsonFile(file, new JsonObject());
  }

  /**
   * {@return what a file of this text would be}
   *
   * @param file which messages name; it need not be there
   * @param text of one JSON object, parsed strictly
   * @throws JsonParseException if the text is no JSON object
   */
  public static JsonFile of(Path file, String text) {
    JsonElement json = JsonText.parse(text);
    if (!json.isJsonObject()) {
      throw new JsonParseException(json.isJsonNull() ? "nothing" : "other JSON");
    }
    return new JsonFile(file, json.getAsJsonObject());
  }

  /**
   * What a parser complains of, without its class and the advice it adds in further lines.
   *
   * @param e of the parser
   * @return for the end of a line that says what was found
   */
  public static String reason(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof CharacterCodingException
        ? "bytes that are not UTF-8"
        : String.valueOf(cause.getMessage())
            .lines()
            .findFirst()
            .orElse("")
            .replaceFirst("^Use JsonReader.* to accept malformed JSON", "malformed JSON")
            .replaceFirst("(column \\d+) path .*", "$1");
  }

  /**
   * {@return whether the key has a value}
   *
   * @param key any text
   */
  public boolean has(String key) {
    return json.has(key) && !json.get(key).isJsonNull();
  }

  /**
   * {@return the whole number under a key}
   *
   * @param key which must be there
   * @throws GraftException if it is absent, or its value no number of 32 bits without a fraction
   */
  public int requireInt(String key) {
    return require(
        key, "a whole number", JsonPrimitive::isNumber, n -> n.getAsBigDecimal().intValueExact());
  }

  /**
   * {@return the whole number under a key}
   *
   * @param key which may be absent
   * @param fallback where it is
   * @throws GraftException if its value is no number of 32 bits without a fraction
   */
  public int intOr(String key, int fallback) {
    return has(key) ? requireInt(key) : fallback;
  }

  /**
   * {@return the whole number under a key}
   *
   * @param key which must be there
   * @param bounds of whole numbers
   * @throws GraftException if it is absent, or its value no whole number within them
   */
  public int requireInt(String key, Bounds bounds) {
    return within(key, bounds, requireInt(key));
  }

  /**
   * {@return the whole number under a key}
   *
   * @param key which may be absent
   * @param fallback where it is
   * @param bounds of whole numbers, which need not hold the fallback
   * @throws GraftException if its value is no whole number within them
   */
  public int intOr(String key, int fallback, Bounds bounds) {
    return has(key) ? requireInt(key, bounds) : fallback;
  }

  /**
   * {@return the number under a key, which is finite}
   *
   * @param key which must be there
   * @throws GraftException if it is absent, or its value no number of 64 bits
   */
  public double requireDouble(String key) {
    return require(key, "a number", JsonFile::isFinite, JsonPrimitive::getAsDouble);
  }

  private static boolean isFinite(JsonPrimitive value) {
    return value.isNumber() && Double.isFinite(value.getAsDouble());
  }

  /**
   * {@return the number under a key}
   *
   * @param key which must be there
   * @param bounds that it must keep
   * @throws GraftException if it is absent, or its value no number within them
   */
  public double requireDouble(String key, Bounds bounds) {
    return within(key, bounds, requireDouble(key));
  }

  /**
   * {@return the number under a key}
   *
   * @param key which may be absent
   * @param fallback where it is
   * @param bounds that a value must keep
   * @throws GraftException if its value is no number within them
   */
  public double doubleOr(String key, double fallback, Bounds bounds) {
    return has(key) ? requireDouble(key, bounds) : fallback;
  }

  private <N extends Number> N within(String key, Bounds bounds, N number) {
    if (!bounds.hold(number.doubleValue())) {
      throw GraftException.input("%s: '%s' can't be %s.", file, key, number)
          .expected(bounds.words())
          .remedy("mend the file or take it from its source again");
    }
    return number;
  }

  /**
   * {@return the number under a key}
   *
   * @param key which may be absent
   * @param fallback where it is
   * @throws GraftException if its value is no number
   */
  public double doubleOr(String key, double fallback) {
    return has(key) ? requireDouble(key) : fallback;
  }

  /**
   * {@return the text under a key}
   *
   * @param key which must be there
   * @throws GraftException if it is absent, or its value no text
   */
  public String requireString(String key) {
    return require(key, "a text", JsonPrimitive::isString, JsonPrimitive::getAsString);
  }

  /**
   * {@return the text under a key}
   *
   * @param key which may be absent
   * @param fallback where it is; may be null
   * @throws GraftException if its value is no text
   */
  public String stringOr(String key, String fallback) {
    return has(key) ? requireString(key) : fallback;
  }

  /**
   * {@return the truth value under a key}
   *
   * @param key which must be there
   * @throws GraftException if it is absent, or its value neither true nor false
   */
  public boolean requireBoolean(String key) {
    return require(key, "true or false", JsonPrimitive::isBoolean, JsonPrimitive::getAsBoolean);
  }

  /**
   * {@return the truth value under a key}
   *
   * @param key which may be absent
   * @param fallback where it is
   * @throws GraftException if its value is neither true nor false
   */
  public boolean booleanOr(String key, boolean fallback) {
    return has(key) ? requireBoolean(key) : fallback;
  }

  /**
   * {@return the object under a key, not to be changed}
   *
   * @param key which must be there
   * @throws GraftException if it is absent, or its value no object
   */
  public JsonObject requireObject(String key) {
    JsonElement value = required(key, "an object");
    if (!value.isJsonObject()) {
      throw wrongKind(key, "an object", value);
    }
    return value.getAsJsonObject();
  }

  /**
   * {@return the texts under a key, joined by bars or as a list}
   *
   * @param key which may be absent
   * @param fallback where it is
   * @throws GraftException if its value is neither a text nor a list of texts
   */
  public List<String> stringsOr(String key, List<String> fallback) {
    if (!has(key)) {
      return fallback;
    }
    JsonElement value = json.get(key);
    if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
      return List.of(value.getAsString().split("\\|"));
    }
    if (!value.isJsonArray()) {
      throw wrongKind(key, "a list of texts", value);
    }
    List<String> texts = new ArrayList<>();
    for (JsonElement element : value.getAsJsonArray()) {
      if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
        throw wrongKind(key, "a list of texts", value);
      }
      texts.add(element.getAsString());
    }
    return texts;
  }

  /**
   * {@return the numbers under a key}
   *
   * @param key which must be there
   * @param count how many there must be
   * @throws GraftException if it is absent, or its value no list of so many numbers
   */
  public List<Double> requireDoubles(String key, int count) {
    String kind = "a list of " + count + " numbers";
    JsonElement value = required(key, kind);
    if (!value.isJsonArray() || value.getAsJsonArray().size() != count) {
      throw wrongKind(key, kind, value);
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonElement element : value.getAsJsonArray()) {
      numbers.add(new JsonFile(file, entry(key, element)).requireDouble(key));
    }
    return numbers;
  }

  private static JsonObject entry(String key, JsonElement value) {
    JsonObject entry = new JsonObject();
    entry.add(key, value);
    return entry;
  }

  /**
   * {@return the object under a key, to be read like a file; empty where the key is absent}
   *
   * @param key which may be absent
   * @throws GraftException if its value is no object
   */
  public JsonFile at(String key) {
    return new JsonFile(file, has(key) ? requireObject(key) : new JsonObject());
  }

  private <T> T require(
      String key, String kind, Predicate<JsonPrimitive> fits, Function<JsonPrimitive, T> reader) {
    JsonElement value = required(key, kind);
    if (!value.isJsonPrimitive() || !fits.test(value.getAsJsonPrimitive())) {
      throw wrongKind(key, kind, value);
    }
    try {
      return reader.apply(value.getAsJsonPrimitive());
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrongKind(key, kind + " of 32 bits", value);
    }
  }

  private JsonElement required(String key, String kind) {
    if (!has(key)) {
      throw GraftException.input("%s lacks the key '%s'.", file, key)
          .expected(kind)
          .found(json.isEmpty() ? "no keys" : "the keys " + String.join(", ", json.keySet()))
          .remedy("use the file that was saved with the model");
    }
    return json.get(key);
  }

  private GraftException wrongKind(String key, String kind, JsonElement value) {
    return GraftException.input("%s: the value of '%s' is of the wrong kind.", file, key)
        .expected(kind)
        .found((Object) Texts.shortened(value.toString(), MOST_SHOWN))
        .remedy("mend the file or take it from its source again");
  }
}
