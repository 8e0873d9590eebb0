package dev.graft.harness.report.runs;

import dev.graft.files.Folders;
import dev.graft.harness.store.TrialColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * A table as a file of Parquet. Not compressed: its compression would bring native libraries or all
 * of Hadoop along, and equal texts are written once as it is.
 */
final class ParquetFile {
  private ParquetFile() {}

  static void write(RunsTable table, Path file) {
    MessageType schema = schema(table);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Map<String, Object> row : table.rows()) {
        writer.write(group(schema, row));
      }
    } catch (IOException e) {
      throw Folders.unwritable(file, e);
    }
  }

  private static MessageType schema(RunsTable table) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    table
        .columns()
        .forEach(
            (name, type) -> {
              if (type == TrialColumn.Type.TEXT) {
                schema
                    .optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named(name);
              } else {
                schema
                    .optional(
                        type == TrialColumn.Type.WHOLE
                            ? PrimitiveTypeName.INT64
                            : PrimitiveTypeName.DOUBLE)
                    .named(name);
              }
            });
    return schema.named("trials");
  }

  private static Group group(MessageType schema, Map<String, Object> row) {
    Group group = new SimpleGroup(schema);
    row.forEach(
        (name, value) -> {
          if (value instanceof Long whole) {
            group.add(name, whole);
          } else if (value instanceof Double real) {
            group.add(name, real);
          } else {
            group.add(name, (String) value);
          }
        });
    return group;
  }
}
