package dev.graft.harness.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

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
    MessageDigest digest = DigestUtils.getSha256Digest();
    try {
      if (Files.isDirectory(path)) {
        for (Path file : files(path)) {
          String name = path.relativize(file).toString().replace('\\', '/');
          digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
          update(digest, file);
        }
      } else if (Files.isRegularFile(path)) {
        update(digest, path);
      } else {
        return GIVEN;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // its classes were loaded from there
    }
    return Hex.encodeHexString(digest.digest());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      DigestUtils.updateDigest(digest, in);
    }
  }
}
