package dev.graft.harness.store;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import dev.graft.api.GraftException;
import dev.graft.checkpoint.AtomicFile;
import dev.graft.checkpoint.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Records as JSON: their form on disk. What is absent is null, and NaN the text "NaN". */
public final class Json {
  private static final GsonBuilder BUILDER =
      new GsonBuilder()
          .serializeNulls()
          .disableHtmlEscaping()
          .setStrictness(Strictness.STRICT)
          .registerTypeAdapterFactory(new OptionalAdapter.Factory())
          .registerTypeAdapterFactory(new WholeRecords())
          .registerTypeAdapter(double.class, new DoubleAdapter())
          .registerTypeAdapter(Double.class, new DoubleAdapter());

  private static final Gson LINES = BUILDER.create();
  private static final Gson PAGES = BUILDER.setPrettyPrinting().create();

  private Json() {}

  /** A record on one line. */
  public static String line(Object record) {
    return LINES.toJson(record);
  }

  /** A record on many lines, for people. */
  public static String page(Object record) {
    return PAGES.toJson(record);
  }

  /**
   * Reads a record.
   *
   * @param type of the record
   * @throws IllegalArgumentException if the text is not one; the message says why
   */
  public static <T> T read(String text, Class<T> type) {
    T record;
    try {
      record = LINES.fromJson(JsonParser.parseString(text), type);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException(JsonFile.reason(e), e);
    } catch (RuntimeException e) { // of a record's constructor
      throw new IllegalArgumentException("a part that can't be used", e);
    }
    if (record == null) {
      throw new IllegalArgumentException("nothing");
    }
    return record;
  }

  /** Writes a record into a file of its own, whole or not at all. */
  public static void write(Path file, Object record) {
    AtomicFile.write(file, page(record) + "\n");
  }

  /**
   * Reads the record of a file.
   *
   * @throws GraftException if there is no such file, or something else in it
   */
  public static <T> T read(Path file, Class<T> type) {
    try {
      return read(Files.readString(file), type);
    } catch (IOException e) {
      throw GraftException.machine("%s can't be read.%n  found: %s".formatted(file, e), e);
    } catch (IllegalArgumentException e) {
      throw GraftException.input(
          "%s can't be used.%n  expected: JSON, a %s%n  found: %s"
              .formatted(file, type.getSimpleName(), e.getMessage()));
    }
  }
}
