package dev.graft.harness.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PassagesTest {
  @TempDir private Path folder;

  private Passages read(String text) throws IOException {
    return Passages.read(Files.writeString(folder.resolve("texts.txt"), text));
  }

  @Test
  void aLineIsATextOrAPromptAndWhatFollows() throws IOException {
    assertThat(read("one text\n\na prompt\t and more\r\n").all())
        .containsExactly(new Passage(1, "", "one text"), new Passage(3, "a prompt", " and more"));
  }

  @Test
  void theHashIsThatOfTheTexts() throws IOException {
    String hash = read("a\tb\nc\n").contentHash();

    assertThat(read("\na\tb\n\nc").contentHash()).isEqualTo(hash).hasSize(64);
    assertThat(read("a\tb\nd\n").contentHash()).isNotEqualTo(hash);
    assertThat(read("ab\nc\n").contentHash()).isNotEqualTo(hash);
  }
}
