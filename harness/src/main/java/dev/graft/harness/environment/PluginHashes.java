package dev.graft.harness.environment;

import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * SHA-256 hashes of what brings methods: of a JAR, or of the names and contents of all files of a
 * folder of classes. Each is read once.
 */
public final class PluginHashes {
  /** In the place of a hash where a program has given the method itself. */
  private static final String GIVEN = "given by a program";

  private final Map<String, String> origins = new HashMap<>();
  private final Map<String, String> hashes = new HashMap<>();

  public PluginHashes(Methods methods) {
    methods.all().forEach(method -> origins.put(method.method().spec().name(), method.origin()));
  }

  /** The hashes of what brings the methods of a stack, by the methods' names. */
  public Map<String, String> of(StackSpec stack) {
    Map<String, String> found = new TreeMap<>();
    for (StackSpec.Item item : stack.items()) {
      String origin = origins.getOrDefault(item.name(), GIVEN);
      found.put(item.name(), hashes.computeIfAbsent(origin, PluginHashes::hash));
    }
    return found;
  }

  private static String hash(String origin) {
    Path path = Path.of(origin);
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
