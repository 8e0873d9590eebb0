package dev.graft.harness.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextLinesTest {
  private static final String MARK = "\uFEFF";

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void aMarkSaysTheCharsetAndIsNoText(String charset) throws IOException {
    assertThat(lines(MARK + "schön\r\n日本\n😀", Charset.forName(charset)))
        .containsExactly("schön", "日本", "😀");
  }

  @Test
  void withoutAMarkTextsAreUtf8() throws IOException {
    assertThat(lines("schön\n日本\n", UTF_8)).containsExactly("schön", "日本");
  }

  @Test
  void aLineEndsAtALineFeedAlone() throws IOException {
    assertThat(lines("a\rb\r\nc\u2028d\u0085\n\r\n", UTF_8))
        .containsExactly("a\rb", "c\u2028d\u0085", "");
    assertThat(lines("\u0A0A\n\u010A", UTF_8)).containsExactly("\u0A0A", "\u010A");
    assertThat(lines(MARK + "\u0A0A\n\u010A\u0A01", UTF_16LE))
        .containsExactly("\u0A0A", "\u010A\u0A01");
  }

  @Test
  void onlyTheFirstMarkIsOne() throws IOException {
    assertThat(lines(MARK + MARK + "a\n" + MARK + "b", UTF_8))
        .containsExactly(MARK + "a", MARK + "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", MARK})
  void nothingHasNoLines(String text) throws IOException {
    assertThat(lines(text, UTF_8)).isEmpty();
    assertThat(lines(text, UTF_16BE)).isEmpty();
  }

  @Test
  void lessThanAMarkIsNone() {
    assertThatThrownBy(() -> lines(new byte[] {(byte) 0xEF, (byte) 0xBB}))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("The text is not UTF-8.");
    assertThatThrownBy(() -> lines(new byte[] {(byte) 0xFE}))
        .hasMessageStartingWith("The text is not UTF-8.");
  }

  @Test
  void whatIsNotInTheCharsetIsAnErrorOfItsLineAfterThoseBefore() throws IOException {
    try (TextLines lines = new TextLines("a file", new ByteArrayInputStream(latin("a\nb\né\n")))) {
      assertThat(lines.next()).isEqualTo("a");
      assertThat(lines.next()).isEqualTo("b");
      assertThatThrownBy(lines::next)
          .isInstanceOf(GraftException.class)
          .hasMessageStartingWith("The text is not UTF-8.")
          .hasMessageContaining("in: a file, line 3");
    }
  }

  @Test
  void aUtf16ThatIsCutOffIsAnError() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((MARK + "a\nb").getBytes(UTF_16LE));
    bytes.write(0);
    assertThatThrownBy(() -> lines(bytes.toByteArray()))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("The text is not UTF-16LE.")
        .hasMessageContaining("line 2");
  }

  @Test
  void aUtf16WithoutItsMarkIsRefused() {
    assertThatThrownBy(() -> lines("ab\nc", UTF_16LE))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("The text holds a character of the code 0.")
        .hasMessageContaining("line 1");
  }

  @Test
  void aLineIsGivenBeforeTheNextIsWritten() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream();
        TextLines lines = new TextLines("a pipe", new PipedInputStream(writer))) {
      writer.write("a\n".getBytes(US_ASCII));
      writer.flush();
      assertThat(lines.next()).isEqualTo("a");
      assertThat(lines.isReady()).isFalse();
      writer.write("b\nc\n".getBytes(US_ASCII));
      writer.flush();
      assertThat(lines.next()).isEqualTo("b");
      assertThat(lines.isReady()).isTrue();
      assertThat(lines.next()).isEqualTo("c");
    }
  }

  private static byte[] latin(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static List<String> lines(String text, Charset charset) throws IOException {
    return lines(text.getBytes(charset));
  }

  private static List<String> lines(byte[] bytes) throws IOException {
    List<String> all = new ArrayList<>();
    try (TextLines lines = new TextLines("a file", new ByteArrayInputStream(bytes))) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        all.add(line);
      }
    }
    return all;
  }
}
