package dev.graft.harness.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonLinesTest {
  record Pair(String name, int number) {}

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("pairs.jsonl");
  }

  private JsonLines<Pair> open() {
    return JsonLines.open(file, Pair.class);
  }

  @Test
  void whatWasAppendedIsThereWhenTheFileIsOpenedAgain() {
    try (JsonLines<Pair> lines = open()) {
      lines.append(new Pair("ä\n", 1));
      lines.append(new Pair("b", 2));
      assertThat(lines.records()).containsExactly(new Pair("ä\n", 1), new Pair("b", 2));
    }
    try (JsonLines<Pair> lines = open()) {
      lines.append(new Pair("c", 3));
    }
    try (JsonLines<Pair> lines = open()) {
      assertThat(lines.records())
          .containsExactly(new Pair("ä\n", 1), new Pair("b", 2), new Pair("c", 3));
    }
    assertThat(file).content().hasLineCount(3);
  }

  @Test
  void aLastLineThatWasCutOffIsDroppedAndTheRestStays() throws IOException {
    try (JsonLines<Pair> lines = open()) {
      lines.append(new Pair("a", 1));
    }
    Files.writeString(file, "{\"name\":\"b\",\"num", StandardOpenOption.APPEND);
    try (JsonLines<Pair> lines = open()) {
      assertThat(lines.records()).containsExactly(new Pair("a", 1));
      lines.append(new Pair("c", 3));
    }
    assertThat(file).hasContent("{\"name\":\"a\",\"number\":1}\n{\"name\":\"c\",\"number\":3}\n");
  }

  @Test
  void aLineOfSomethingElseIsNamedAndTheFileIsLeftAsItIs() throws IOException {
    String text = "{\"name\":\"a\",\"number\":1}\n{\"name\":\"b\",\"number\":\"two\"}\n";
    Files.writeString(file, text);
    assertThatThrownBy(this::open)
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith(
            "%s, line 2, can't be used.%n  expected: JSON, as this version of Graft writes it%n  found: "
                .formatted(file))
        .hasMessageContaining("two");
    assertThat(file).hasContent(text);
  }

  @Test
  void onlyOneCanHaveTheFileOpen() {
    try (JsonLines<Pair> lines = open()) {
      lines.append(new Pair("a", 1));
      assertThatThrownBy(this::open).isInstanceOf(GraftException.class);
    }
    try (JsonLines<Pair> lines = open()) {
      assertThat(lines.records()).isEqualTo(List.of(new Pair("a", 1)));
    }
  }
}
