package dev.graft.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
  /** Makes a folder and waits to be killed. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) throws IOException {
      Path folder = TemporaryFolder.ofProcess("killed");
      Files.writeString(folder.resolve("library.so"), "large");
      System.out.println(folder);
      System.in.read();
    }
  }

  @TempDir private Path temporary;

  private Process start() throws IOException {
    ProcessBuilder builder = JavaProcess.of(Killed.class);
    builder.command().add(1, "-Djava.io.tmpdir=" + temporary);
    return builder.start();
  }

  private void makeAnother() {
    String before = System.setProperty("java.io.tmpdir", temporary.toString());
    try (TemporaryFolder another = TemporaryFolder.make("another")) {
      assertThat(another.path()).isDirectory();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  private static void age(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
  }

  @Test
  void whatAKilledProcessLeftIsDeletedByTheNextAndWhatALivingOneHasStays() throws Exception {
    Process killed = start();
    Path left = Path.of(killed.inputReader().readLine());
    Process living = start();
    Path kept = Path.of(living.inputReader().readLine());
    killed.destroyForcibly().waitFor();
    assertThat(left.resolve("library.so")).exists();
    age(left);
    age(kept);

    makeAnother();

    assertThat(left).doesNotExist();
    assertThat(kept.resolve("library.so")).exists();
    living.getOutputStream().close();
    assertThat(living.waitFor()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }
}
