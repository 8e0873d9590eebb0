package dev.graft.harness.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.files.NewFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class OutputFolderTest {
  @TempDir private Path folder;

  @Test
  void aLinkToNothingIsRefusedBeforeAnyWork() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("gone"));
    assertThatThrownBy(() -> OutputFolder.ofResults(Optional.of(link)))
        .isInstanceOf(GraftException.class)
        .hasMessageEndingWith("found: a link to nothing");
    assertThatThrownBy(() -> NewFolder.require(link))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("found: a link to nothing");
    for (Path inside : new Path[] {link.resolve("x"), link.resolve("x/y")}) {
      assertThatThrownBy(() -> OutputFolder.ofResults(Optional.of(inside)))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining(link + ": a link to nothing");
    }
  }
}
