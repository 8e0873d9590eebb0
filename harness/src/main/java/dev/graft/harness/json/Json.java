package dev.graft.harness.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.Strictness;
import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.files.JsonText;
import dev.graft.files.WholeRecords;
import dev.graft.harness.measure.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Records as JSON: their form on disk. What is absent is null, and NaN the text "NaN". */
public final class Json {
  private static final Gson LINES = builder().create();
  private static final Gson PAGES = builder().setPrettyPrinting().create();

  private Json() {}

  static GsonBuilder builder() {
    return new GsonBuilder()
        .serializeNulls()
        .disableHtmlEscaping()
        .setStrictness(Strictness.STRICT)
        .registerTypeAdapterFactory(new OptionalAdapter.Factory())
        .registerTypeAdapterFactory(new WholeRecords())
        .registerTypeHierarchyAdapter(Measure.class, new MeasureAdapter())
        .enableComplexMapKeySerialization() // else keys, metrics too, are their toString()
        .registerTypeAdapter(double.class, new DoubleAdapter())
        .registerTypeAdapter(Double.class, new DoubleAdapter());
  }

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
    return read(LINES, text, type);
  }

  static <T> T read(Gson gson, String text, Class<T> type) {
    T record;
    try {
      record = gson.fromJson(JsonText.parse(text), type);
    } catch (RuntimeException e) { // of the parser, or of a record's constructor
      throw new IllegalArgumentException(JsonFile.reason(e), e);
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
   * Reads the record that one process of a study has written for another.
   *
   * @throws GraftException if there is no such file, or something else in it
   */
  public static <T> T read(Path file, Class<T> type) {
    return read(file, type, record -> {});
  }

  /**
   * The same for what only some records of the type are fit for.
   *
   * @param check throws an {@link IllegalArgumentException} for the others
   */
  public static <T> T read(Path file, Class<T> type, Consumer<T> check) {
    try {
      T record = read(Files.readString(file), type);
      check.accept(record);
      return record;
    } catch (IOException e) {
      throw unusable(file, Folders.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw unusable(file, e.getMessage(), e);
    }
  }

  private static GraftException unusable(Path file, String found, Exception e) {
    return GraftException.machine("What one process of the study left for another can't be used.")
        .in(file)
        .expected("JSON, as this version of Graft writes it")
        .found(found)
        .remedy(
            "check that nothing else writes into the folder, and start the study again with the same output")
        .causedBy(e);
  }
}
