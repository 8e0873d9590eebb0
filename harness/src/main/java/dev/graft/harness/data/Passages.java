package dev.graft.harness.data;

import dev.graft.GraftException;
import dev.graft.files.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts for a language model: the lines of a file. What stands before a tab is a prompt; empty
 * lines are left out.
 */
public record Passages(Path file, List<Passage> all) {
  public Passages {
    all = List.copyOf(all);
  }

  /**
   * Reads a file.
   *
   * @throws GraftException if it can't be read, has no texts, or a line has two tabs or nothing to
   *     predict
   */
  public static Passages read(Path file) {
    List<Passage> passages = new ArrayList<>();
    List<String> lines = TextLines.all(file);
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        passages.add(passage(file, i + 1, lines.get(i)));
      }
    }
    if (passages.isEmpty()) {
      throw GraftException.input("The file has no texts.")
          .in(file)
          .expected("a text a line, or a prompt, a tab and what follows it")
          .found(lines.isEmpty() ? "nothing" : "empty lines only");
    }
    return new Passages(file, passages);
  }

  private static Passage passage(Path file, int number, String line) {
    String[] parts = line.split("\t", -1);
    if (parts.length > 2 || parts[parts.length - 1].isEmpty()) {
      throw GraftException.input("The line is neither a text nor a prompt with what follows it.")
          .in("%s, line %s".formatted(file, number))
          .expected("no tab, or one with something behind it")
          .found(parts.length > 2 ? parts.length - 1 + " tabs" : "nothing behind the tab");
    }
    return parts.length == 1
        ? new Passage(number, "", parts[0])
        : new Passage(number, parts[0], parts[1]);
  }

  /** The SHA-256 of the texts in their order, in hexadecimal. */
  public String contentHash() {
    MessageDigest digest = Sha256.digest();
    for (Passage passage : all) {
      String line = passage.prompt() + "\t" + passage.text() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest.digest());
  }
}
