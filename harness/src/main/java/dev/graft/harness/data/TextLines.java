package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of text, as all texts are read: in UTF-8, or as a byte-order mark says, which is no part of
 * the first line. A line ends at a line feed, with or without a carriage return before it, and
 * nowhere else: a text may hold the other characters that Unicode calls breaks.
 *
 * <p>A line is read when it is asked for, and what follows it may not be there yet.
 */
public final class TextLines implements AutoCloseable {
  private static final String MARK = "\uFEFF";
  private static final int LONGEST_MARK = 4;

  /** What a mark may say; UTF-32 before UTF-16, which begins alike. */
  private static final List<Charset> MARKED =
      List.of(
          StandardCharsets.UTF_8,
          Charset.forName("UTF-32BE"),
          Charset.forName("UTF-32LE"),
          StandardCharsets.UTF_16BE,
          StandardCharsets.UTF_16LE);

  private final String name;
  private final PushbackInputStream in;
  private Charset charset;
  private int number;

  /**
   * Lines that are still to be read.
   *
   * @param name of where they are, for messages
   * @param bytes closed with this
   */
  public TextLines(String name, InputStream bytes) {
    this.name = name;
    this.in = new PushbackInputStream(new BufferedInputStream(bytes), LONGEST_MARK);
  }

  /**
   * Reads all lines of a file.
   *
   * @throws GraftException if it can't be read, or a line is not in the file's charset
   */
  public static List<String> all(Path file) {
    List<String> all = new ArrayList<>();
    try (TextLines lines = new TextLines(file.toString(), Files.newInputStream(file))) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        all.add(line);
      }
      return all;
    } catch (IOException e) {
      throw GraftException.input("The file can't be read.")
          .in(file)
          .expected("a file of text in UTF-8")
          .found(Files.isRegularFile(file) ? Folders.reason(e) : Folders.kind(file));
    }
  }

  /** The place of the line that was given last, for messages. */
  public String place() {
    return place(number);
  }

  /** The place of a line, counted from 1. */
  public String place(int line) {
    return "%s, line %s".formatted(name, line);
  }

  /** How many lines were given. */
  public int number() {
    return number;
  }

  /** Whether something is there already of the next line. */
  public boolean isReady() throws IOException {
    return in.available() > 0;
  }

  /**
   * Returns the next line without its end, or null after the last.
   *
   * @throws GraftException if it is not in the text's charset
   */
  public String next() throws IOException {
    if (charset == null) {
      charset = marked();
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] lineFeed = "\n".getBytes(charset);
    byte[] unit = new byte[lineFeed.length];
    boolean ended = false;
    while (!ended) {
      int length = read(unit);
      if (length == 0 && line.size() == 0) {
        return null;
      }
      ended = length == 0 || (length == unit.length && Arrays.equals(unit, lineFeed));
      if (!ended) {
        line.write(unit, 0, length);
      }
    }
    number++;
    String text = decoded(line.toByteArray());
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Reads no more than it must: the writer may be waiting for the answer to a short line. */
  private Charset marked() throws IOException {
    byte[] head = new byte[LONGEST_MARK];
    int length = 0;
    for (int read = 0; read >= 0 && mayBeginAMark(head, length); ) {
      read = in.read();
      if (read >= 0) {
        head[length++] = (byte) read;
      }
    }
    for (Charset each : MARKED) {
      int mark = MARK.getBytes(each).length;
      if (mark <= length && isBegun(each, head, mark)) {
        in.unread(head, mark, length - mark);
        return each;
      }
    }
    in.unread(head, 0, length);
    return StandardCharsets.UTF_8;
  }

  private static boolean mayBeginAMark(byte[] head, int length) {
    return MARKED.stream()
        .anyMatch(each -> length < MARK.getBytes(each).length && isBegun(each, head, length));
  }

  /** Whether so many bytes are as those of a charset's mark. */
  private static boolean isBegun(Charset charset, byte[] head, int length) {
    return Arrays.equals(MARK.getBytes(charset), 0, length, head, 0, length);
  }

  private int read(byte[] unit) throws IOException {
    if (unit.length > 1) {
      return in.readNBytes(unit, 0, unit.length);
    }
    int read = in.read();
    unit[0] = (byte) read;
    return read < 0 ? 0 : 1;
  }

  private String decoded(byte[] line) {
    String text;
    try {
      text = charset.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw GraftException.input("The text is not %s.", charset)
          .in(place())
          .expected("text in UTF-8, or in UTF-16 with its byte-order mark")
          .found("bytes that are none")
          .remedy("convert it, for instance with iconv");
    }
    if (text.indexOf('\0') >= 0) {
      throw GraftException.input("The text holds a character of the code 0.")
          .in(place())
          .expected("text in UTF-8, or in UTF-16 with its byte-order mark")
          .remedy("if it is UTF-16 or UTF-32 without a mark, convert it, for instance with iconv");
    }
    return text;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
