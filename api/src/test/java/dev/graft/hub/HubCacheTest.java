package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HubCacheTest {
  @TempDir Path folder;

  @Test
  void whereLinksCannotBeMadeTheSnapshotGetsCopies() throws IOException {
    Path zip = folder.resolve("no-links.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path blob = files.getPath("/models--a--b/blobs/0123");
      Path name = files.getPath("/models--a--b/snapshots/4567/config.json");
      Files.createDirectories(blob.getParent());
      Files.createDirectories(name.getParent());
      Files.writeString(blob, "{}");
      assertThatThrownBy(() -> Files.createSymbolicLink(name, blob))
          .isInstanceOf(UnsupportedOperationException.class);

      HubCache.link(blob, name);
      HubCache.link(blob, name);

      assertThat(Files.readString(name)).isEqualTo("{}");
      try (Stream<Path> all = Files.list(name.getParent())) {
        assertThat(all).containsExactly(name);
      }
    }
  }
}
