package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.files.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
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

  /** What a mark may say; UTF-32 before UTF-16, which begins alike. */
  private static final List<Charset> MARKED =
      List.of(
          StandardCharsets.UTF_8,
          Charset.forName("UTF-32BE"),
          Charset.forName("UTF-32LE"),
          StandardCharsets.UTF_16BE,
          StandardCharsets.UTF_16LE);

  private final String name;
  private final InputStream in;
  private byte[] buffer = new byte[8192];
  private int from; // of what is in the buffer
  private int to;
  private Charset charset;
  private CharsetDecoder decoder;
  private byte[] lineFeed;
  private int number;

  /**
   * Lines that are still to be read.
   *
   * @param name of where they are, for messages
   * @param bytes closed with this
   */
  public TextLines(String name, InputStream bytes) {
    this.name = name;
    this.in = bytes;
  }

  /**
   * Lines of a file.
   *
   * @throws GraftException if it can't be read
   */
  public static TextLines open(Path file) {
    try {
      return new TextLines(file.toString(), Files.newInputStream(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Reads all lines of a file.
   *
   * @throws GraftException if it can't be read, or a line is not in the file's charset
   */
  public static List<String> all(Path file) {
    List<String> all = new ArrayList<>();
    try (TextLines lines = open(file)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        all.add(line);
      }
      return all;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The error that a file of text can't be read. */
  public static GraftException unreadable(Path file, IOException e) {
    if (!Files.exists(file)) {
      return GraftException.input("There is no file %s.%s", file, likely(file))
          .expected("a file of text in UTF-8");
    }
    return GraftException.input("The file can't be read.")
        .in(file)
        .expected("a file of text in UTF-8")
        .found(Files.isRegularFile(file) ? Folders.reason(e) : Folders.kind(file));
  }

  private static String likely(Path missing) {
    Path file = missing.toAbsolutePath().normalize();
    Path folder = file.getParent();
    return folder == null || !Files.isDirectory(folder)
        ? ""
        : Names.didYouMean(String.valueOf(file.getFileName()), Folders.files(folder));
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
    return to > from || in.available() > 0;
  }

  /**
   * Returns the next line without its end, or null after the last.
   *
   * @throws GraftException if it is not in the text's charset
   */
  public String next() throws IOException {
    if (charset == null) {
      charset = marked();
      decoder = charset.newDecoder();
      lineFeed = "\n".getBytes(charset);
    }
    int length = 0;
    boolean isMore = true;
    while (isMore && !isLineFeed(from + length)) {
      if (from + length + lineFeed.length <= to) {
        length += lineFeed.length;
      } else {
        isMore = fill();
      }
    }
    if (!isMore) {
      length = to - from;
      if (length == 0) {
        return null;
      }
    }
    number++;
    String text = decoded(length);
    from += length + (isMore ? lineFeed.length : 0);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** The same as characters, for readers of other forms: each line with a line feed behind it. */
  public Reader reader() {
    return new Reader() {
      private String line = "";
      private int given;

      @Override
      public int read(char[] into, int at, int most) throws IOException {
        if (given == line.length()) {
          String next = next();
          if (next == null) {
            return -1;
          }
          line = next + "\n";
          given = 0;
        }
        int count = Math.min(most, line.length() - given);
        line.getChars(given, given + count, into, at);
        given += count;
        return count;
      }

      @Override
      public void close() throws IOException {
        TextLines.this.close();
      }
    };
  }

  private boolean isLineFeed(int at) {
    int end = at + lineFeed.length;
    return end <= to
        && buffer[at] == lineFeed[0]
        && Arrays.equals(buffer, at, end, lineFeed, 0, lineFeed.length);
  }

  /** Reads what there is, and no more: the writer may be waiting for the answer to a short line. */
  private boolean fill() throws IOException {
    if (to == buffer.length) {
      byte[] target = to - from > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
      System.arraycopy(buffer, from, target, 0, to - from);
      buffer = target;
      to -= from;
      from = 0;
    }
    int read = in.read(buffer, to, buffer.length - to);
    to += Math.max(0, read);
    return read >= 0;
  }

  private Charset marked() throws IOException {
    while (mayBeginAMark() && fill()) {
      // The next byte decides.
    }
    for (Charset each : MARKED) {
      int mark = MARK.getBytes(each).length;
      if (mark <= to && isBegun(each, mark)) {
        from = mark;
        return each;
      }
    }
    return StandardCharsets.UTF_8;
  }

  private boolean mayBeginAMark() {
    return MARKED.stream().anyMatch(each -> to < MARK.getBytes(each).length && isBegun(each, to));
  }

  /** Whether so many bytes are as those of a charset's mark. */
  private boolean isBegun(Charset each, int length) {
    return Arrays.equals(MARK.getBytes(each), 0, length, buffer, 0, length);
  }

  private String decoded(int length) {
    String text;
    try {
      text = decoder.decode(ByteBuffer.wrap(buffer, from, length)).toString();
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
