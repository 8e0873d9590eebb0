package dev.graft.harness.model;

import dev.graft.files.AtomicFile;
import dev.graft.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * SHA-256 checksums of some files of a folder, kept beside them as {@code sha256sum} writes them.
 *
 * @param names the files
 */
record Checksums(List<String> names) {
  private static final String FILE = "SHA256SUMS";

  /** Notes the checksums of a folder's files. */
  void write(Path folder) throws IOException {
    AtomicFile.write(folder.resolve(FILE), lines(folder));
  }

  /** Whether the files are all in a folder and are those whose checksums were noted there. */
  boolean hold(Path folder) throws IOException {
    Path noted = folder.resolve(FILE);
    return Files.isRegularFile(noted)
        && names.stream().allMatch(name -> Files.isRegularFile(folder.resolve(name)))
        && Arrays.equals(Files.readAllBytes(noted), lines(folder).getBytes(StandardCharsets.UTF_8));
  }

  private String lines(Path folder) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      lines.append(Sha256.of(folder.resolve(name))).append("  ").append(name).append('\n');
    }
    return lines.toString();
  }
}
