package dev.graft.harness.report.runs;

import static java.util.stream.Collectors.joining;

import dev.graft.files.AtomicFile;
import dev.graft.harness.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;

/** Files of stored trials, for other programs. */
public enum RunsFormat {
  CSV {
    @Override
    public void write(RunsTable table, Path file) {
      StringBuilder csv = new StringBuilder();
      try {
        CSVFormat.RFC4180.printRecord(csv, table.columns().keySet().toArray());
        for (Map<String, Object> row : table.rows()) {
          CSVFormat.RFC4180.printRecord(
              csv, table.columns().keySet().stream().map(row::get).toArray());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      AtomicFile.write(file, csv.toString());
    }
  },

  JSONL {
    @Override
    public void write(RunsTable table, Path file) {
      AtomicFile.write(
          file,
          table.rows().stream().map(row -> Json.line(whole(table, row)) + "\n").collect(joining()));
    }

    private static Map<String, Object> whole(RunsTable table, Map<String, Object> row) {
      Map<String, Object> whole = new LinkedHashMap<>();
      table.columns().keySet().forEach(name -> whole.put(name, row.get(name)));
      return whole;
    }
  },

  PARQUET {
    @Override
    public void write(RunsTable table, Path file) {
      ParquetFile.write(table, file);
    }
  };

  /** Writes a table, in the place of what is there. */
  public abstract void write(RunsTable table, Path file);

  /** As a user names it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All of them, as a user names them. */
  public static String labels() {
    return Stream.of(values()).map(RunsFormat::label).collect(joining(", "));
  }
}
