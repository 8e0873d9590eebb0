package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.harness.store.jdbc.StoreErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft runs} and {@code graft runs export} on stores of two studies. */
class RunsCommandTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    StoreErrors.writeStore(folder.resolve("one"), 1, 2);
    StoreErrors.writeStore(folder.resolve("other"), 5);
  }

  private Command runs(String... more) {
    List<String> arguments = new ArrayList<>(List.of("runs", "--store=" + folder));
    arguments.addAll(List.of(more));
    return Command.run(arguments.toArray(String[]::new));
  }

  private Path export(String format) {
    Path file = folder.resolve("trials." + format);
    Command command =
        Command.run(
            "runs", "export", "--store=" + folder, "--format=" + format, "--output=" + file);
    assertThat(command.errors()).isEmpty();
    assertThat(command.output()).isEqualTo("5 trials written to " + file + System.lineSeparator());
    return file;
  }

  @Test
  void listsAndFiltersAcrossStudies() {
    String all = runs().output();
    assertThat(all)
        .contains("lora:rank=2", "test accuracy 0.750", "failed: Its process ended.")
        .contains("5 trials, 2 failed");
    assertThat(runs("--study=other").output()).contains("2 trials, 1 failed");
    assertThat(runs("--method=rank=3", "--stage=final").output()).contains("1 trial, 0 failed");
    assertThat(runs("--failed").output()).contains("2 trials, 2 failed");
    assertThat(runs("--task=nothing").output()).startsWith("No stored trial is like that.");
    assertThat(JsonParser.parseString(runs("--json").output()).getAsJsonArray()).hasSize(5);
  }

  @Test
  void allFormatsHoldTheSame() throws IOException {
    List<CSVRecord> csv;
    try (CSVParser parser =
        CSVParser.parse(
            Files.readString(export("csv")),
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get())) {
      csv = parser.getRecords();
    }
    List<JsonObject> json =
        Files.readAllLines(export("jsonl")).stream()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    List<Group> parquet = parquet(export("parquet"));
    assertThat(csv).hasSize(5);
    assertThat(json).hasSize(5);
    assertThat(parquet).hasSize(5);
    for (int i = 0; i < 5; i++) {
      for (String name : json.get(i).keySet()) {
        String text = json.get(i).get(name).isJsonNull() ? "" : json.get(i).get(name).getAsString();
        assertThat(csv.get(i).get(name)).as("%s in CSV", name).isEqualTo(text);
        Group row = parquet.get(i);
        String inParquet =
            row.getFieldRepetitionCount(name) == 0
                ? ""
                : row.getValueToString(row.getType().getFieldIndex(name), 0);
        assertThat(inParquet).as("%s in Parquet", name).isEqualTo(text);
      }
    }
    assertThat(json.get(0).get("host_parameters").getAsLong()).isEqualTo(5_000_000_000L);
    assertThat(json.get(0).get("training_seconds").getAsDouble()).isEqualTo(1.0 / 3);
    assertThat(json.get(0).get("batch_size").getAsString()).isEqualTo("16");
    assertThat(json.get(0).get("learning_rate").getAsString()).isEqualTo("of each method");
    assertThat(json.get(0).get("learning_rate_1").getAsJsonPrimitive().isNumber()).isTrue();
    assertThat(json.get(0).get("learning_rate_1").getAsDouble()).isEqualTo(0.006);
    assertThat(parquet.get(0).getDouble("learning_rate_1", 0)).isEqualTo(0.006);
  }

  private static List<Group> parquet(Path file) throws IOException {
    List<Group> rows = new ArrayList<>();
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      PageReadStore pages = reader.readNextRowGroup();
      RecordReader<Group> records =
          new ColumnIOFactory()
              .getColumnIO(schema)
              .getRecordReader(pages, new GroupRecordConverter(schema));
      for (long i = 0; i < pages.getRowCount(); i++) {
        rows.add(records.read());
      }
    }
    return rows;
  }
}
