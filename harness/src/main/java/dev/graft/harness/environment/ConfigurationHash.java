package dev.graft.harness.environment;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.files.Sha256;
import dev.graft.files.TokenizerFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A hash of the files that lie beside a model's weights and decide with them what it computes: its
 * configuration, and those of its tokenizer.
 */
public final class ConfigurationHash {
  private static final String CONFIG = "config.json";

  private ConfigurationHash() {}

  /** The SHA-256 of the files' hashes and names, in hexadecimal. */
  public static String of(ModelDirectory model) {
    StringBuilder lines = new StringBuilder();
    Stream.concat(Stream.of(CONFIG), TokenizerFiles.NAMES.stream())
        .forEach(
            name -> {
              Path file = model.path().resolve(name);
              if (Files.isRegularFile(file)) {
                lines.append(Sha256.of(file)).append("  ").append(name).append('\n');
              }
            });
    return Sha256.of(lines.toString());
  }
}
