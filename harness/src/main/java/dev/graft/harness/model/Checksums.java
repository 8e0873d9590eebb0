package dev.graft.harness.model;

import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
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
      lines.append(sha256(folder.resolve(name))).append("  ").append(name).append('\n');
    }
    return lines.toString();
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
