package dev.graft.harness.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes lines, and the cells or values that they hold. */
final class TextMutator implements Mutator {
  private static final List<String> CELLS =
      List.of(
          "",
          " ",
          "\"",
          "\"\"",
          "\"a",
          "a\"b",
          "'",
          "\u0000",
          "a\u0000b",
          "\u0001",
          "\ud800",
          "\ufeff",
          "\u2028",
          "😀",
          "NaN",
          "-1",
          "0",
          "1",
          "1e9",
          "1e999",
          "-1e999",
          "2147483648",
          "0x1p3",
          "9".repeat(400),
          "x".repeat(70_000),
          "null",
          "true",
          "~",
          "[]",
          "{}",
          "[",
          "]",
          "{",
          "}",
          "*a",
          "&a b",
          "!!int x",
          "!x",
          ":",
          "- ",
          "? ",
          "#",
          "%YAML 1.1",
          "---",
          "...",
          "|",
          ">",
          "\t",
          ",",
          ";",
          "[null]",
          "{a: b}",
          "../x",
          "/",
          ".",
          "20%",
          "0%",
          "100%",
          "-5%",
          "1e-3");

  private final String separators;

  /**
   * @param separators of cells, as a class of characters
   */
  TextMutator(String separators) {
    this.separators = separators;
  }

  /** The lines of a file of JSON, each a tree. */
  static byte[] ofJsonLines(byte[] original, Random random) {
    List<String> lines = lines(original);
    int at = random.nextInt(lines.size());
    lines.set(at, JsonMutator.changed(JsonParser.parseString(lines.get(at)), random));
    return String.join("\n", lines).getBytes(UTF_8);
  }

  private static List<String> lines(byte[] original) {
    return new ArrayList<>(List.of(new String(original, UTF_8).split("\n", -1)));
  }

  @Override
  public byte[] change(byte[] original, Random random) {
    List<String> lines = lines(original);
    for (int i = 1 + random.nextInt(2); i > 0 && !lines.isEmpty(); i--) {
      change(lines, random);
    }
    return String.join("\n", lines).getBytes(UTF_8);
  }

  private void change(List<String> lines, Random random) {
    int at = random.nextInt(3) == 0 ? 0 : random.nextInt(lines.size());
    String line = lines.get(at);
    switch (random.nextInt(9)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(random.nextInt(lines.size()), line);
      case 2 ->
          lines.set(at, line.substring(0, line.isEmpty() ? 0 : random.nextInt(line.length())));
      case 3 -> lines.set(at, " ".repeat(1 + random.nextInt(4)) + line);
      case 4 -> lines.set(at, insert(line, some(random), random));
      default -> lines.set(at, cell(line, random));
    }
  }

  private static String insert(String line, String what, Random random) {
    int at = random.nextInt(line.length() + 1);
    return line.substring(0, at) + what + line.substring(at);
  }

  private static String some(Random random) {
    return CELLS.get(random.nextInt(CELLS.size()));
  }

  private String cell(String line, Random random) {
    List<String> parts =
        new ArrayList<>(
            List.of(line.split("(?<=[" + separators + "])|(?=[" + separators + "])", -1)));
    int at = random.nextInt(parts.size());
    switch (random.nextInt(4)) {
      case 0 -> parts.remove(at);
      case 1 -> parts.add(at, parts.get(random.nextInt(parts.size())));
      default -> parts.set(at, some(random));
    }
    return String.join("", parts);
  }
}
