package dev.graft.harness.data.table;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import dev.graft.harness.data.TextLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JSON object a line, whose keys are the columns; the first object has all that are read. */
final class JsonLinesTable implements Table {
  private final Path file;
  private final TextLines lines;
  private final List<String> columns;
  private Row ahead;

  JsonLinesTable(Path file, TextLines lines) throws IOException {
    this.file = file;
    this.lines = lines;
    JsonObject first = object();
    this.columns = Headers.require(file, first == null ? List.of() : List.copyOf(first.keySet()));
    this.ahead = row(first);
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public Format format() {
    return Format.JSON_LINES;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public Row next() throws IOException {
    Row row = ahead;
    if (row == null) {
      JsonObject object = object();
      row = object == null ? null : row(object);
    }
    ahead = null;
    return row;
  }

  private JsonObject object() throws IOException {
    String line = lines.next();
    while (line != null && line.isBlank()) {
      line = lines.next();
    }
    try {
      return line == null ? null : JsonFile.of(file, line).json();
    } catch (JsonParseException e) {
      throw GraftException.input("The line is no JSON object.")
          .in(lines.place())
          .expected("{\"text\": \"...\", \"label\": \"...\"}, each on a line of its own")
          .found(JsonFile.reason(e))
          .causedBy(e);
    }
  }

  private Row row(JsonObject object) {
    List<List<String>> cells = new ArrayList<>();
    for (String column : columns) {
      JsonElement value = object.get(column);
      cells.add(
          value == null || value.isJsonNull()
              ? List.of()
              : value.isJsonArray()
                  ? value.getAsJsonArray().asList().stream().map(JsonLinesTable::text).toList()
                  : List.of(text(value)));
    }
    return new Row(lines.number(), cells);
  }

  private static String text(JsonElement value) {
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
