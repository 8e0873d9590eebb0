package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text that a human reads and approves: a file of the project, compared with what the code says
 * now. With {@code -Dgraft.record=true} the file is written instead, to be looked at and committed.
 */
public final class Recorded {
  private Recorded() {}

  /** Checks a text against its file, named from the project's folder on. */
  public static void assertRecorded(String file, String text) {
    try {
      if (isRecording()) {
        Files.createDirectories(Path.of(file).getParent());
        Files.writeString(Path.of(file), text);
      }
      assertThat(text)
          .as("%s; -Dgraft.record=true writes it anew", file)
          .isEqualTo(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isRecording() {
    return Boolean.getBoolean("graft.record");
  }
}
