package dev.graft.harness.model;

import dev.graft.files.AtomicFile;
import dev.graft.files.FileParts;
import dev.graft.files.FileParts.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * CRC-32C checksums of some files of a folder, kept beside them. They tell of damage, and against
 * intent a stronger hash beside the files would not help either; a processor computes them as fast
 * as it reads, where SHA-256 would be a quarter of the time to a first answer.
 *
 * @param names the files
 */
record Checksums(List<String> names) {
  private static final String FILE = "CRC32C";

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
      Path file = folder.resolve(name);
      lines.append(HexFormat.of().toHexDigits(checksum(file))).append("  ");
      lines.append(Files.size(file)).append("  ").append(name).append('\n');
    }
    return lines.toString();
  }

  private static int checksum(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    try (FileChannel channel = FileChannel.open(file)) {
      Part whole = new Part(0, channel.size());
      for (ByteBuffer piece :
          FileParts.map(channel, List.of(whole), FileParts.LARGEST_MAPPING).get(whole)) {
        checksum.update(piece);
      }
    }
    return (int) checksum.getValue();
  }
}
