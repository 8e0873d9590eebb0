package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares with the files that the safetensors library of Hugging Face has written. */
final class SafetensorsReferenceTest {
  private static final Path REFERENCE = Path.of(System.getProperty("graft.reference"));

  @TempDir Path folder;

  @Test
  void writingAFileOfTheReferenceAgainGivesItsBytes() throws IOException {
    assumeTrue(Files.isDirectory(REFERENCE), "no reference cases at " + REFERENCE);
    List<Path> files;
    try (Stream<Path> all = Files.walk(REFERENCE)) {
      files = all.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
    assertThat(files).hasSizeGreaterThan(5);
    Path copy = folder.resolve("copy.safetensors");
    for (Path file : files) {
      Safetensors source = Safetensors.open(file);
      SafetensorsWriter.write(
          copy,
          source.names().stream().map(name -> TensorData.of(source, name)).toList(),
          source.metadata());
      assertThat(copy).as(file.toString()).hasSameBinaryContentAs(file);
    }
  }
}
