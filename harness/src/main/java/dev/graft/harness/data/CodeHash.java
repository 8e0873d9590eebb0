package dev.graft.harness.data;

import dev.graft.files.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/**
 * SHA-256 hashes of what brings classes: of a JAR, or of the names and contents of all files of a
 * folder.
 */
public final class CodeHash {
  /** In the place of a hash where a program has given the class itself. */
  public static final String GIVEN = "given by a program";

  private CodeHash() {}

  /** The hash of what brings a class. */
  public static String of(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      return source == null ? GIVEN : of(Path.of(source.getLocation().toURI()));
    } catch (URISyntaxException e) {
      return GIVEN;
    }
  }

  /** The hash of a JAR or a folder of classes. */
  public static String of(Path path) {
    MessageDigest digest = Sha256.digest();
    try {
      if (Files.isDirectory(path)) {
        for (Path file : files(path)) {
          String name = path.relativize(file).toString().replace('\\', '/');
          digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
          Sha256.update(digest, file);
        }
      } else if (Files.isRegularFile(path)) {
        Sha256.update(digest, path);
      } else {
        return GIVEN;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // its classes were loaded from there
    }
    return Sha256.hex(digest.digest());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
