package dev.graft.harness.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
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

  private void assertRefused(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(GraftException.class)
        .hasMessage(message.formatted(folder.resolve("texts.txt")));
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

  @Test
  void refusesWhatIsNeither() {
    assertRefused(
        "fine\na\tb\tc\n",
        """
        The line is neither a text nor a prompt with what follows it.
          in: %s, line 2
          expected: no tab, or one with something behind it
          found: 2 tabs""");
    assertRefused(
        "a prompt\t\n",
        """
        The line is neither a text nor a prompt with what follows it.
          in: %s, line 1
          expected: no tab, or one with something behind it
          found: nothing behind the tab""");
  }

  @Test
  void refusesAFileWithoutTexts() {
    assertRefused(
        "\n  \n",
        """
        The file has no texts.
          in: %s
          expected: a text a line, or a prompt, a tab and what follows it
          found: empty lines only""");
    assertRefused(
        "",
        """
        The file has no texts.
          in: %s
          expected: a text a line, or a prompt, a tab and what follows it
          found: nothing""");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> Passages.read(folder.resolve("nowhere.txt")))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("The file can't be read.\n  in: " + folder.resolve("nowhere.txt"));
  }
}
