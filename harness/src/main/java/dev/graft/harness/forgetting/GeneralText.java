package dev.graft.harness.forgetting;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.Sha256;
import dev.graft.harness.data.TextLines;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A text on which forgetting is measured, as it was when it was asked for.
 *
 * @param hash the SHA-256 of its passages in their order, in hexadecimal
 */
public record GeneralText(ForgettingSpec spec, String hash) {
  /**
   * A passage.
   *
   * @param line of the file, from 1
   */
  record Passage(int line, String text) {}

  /**
   * The text as it is now.
   *
   * @throws GraftException if it can't be read, or has too few passages
   */
  public static GeneralText of(ForgettingSpec spec) {
    return new GeneralText(spec, hash(read(spec)));
  }

  /**
   * How many passages a text has.
   *
   * @throws GraftException if it can't be read, or has too few
   */
  public static int count(ForgettingSpec spec) {
    return read(spec).size();
  }

  /**
   * The passages that are measured on, in their order.
   *
   * @throws GraftException if they are no longer what they were
   */
  List<Passage> passages() {
    List<Passage> all = read(spec);
    if (!hash(all).equals(hash)) {
      throw GraftException.input("The text that forgetting is measured on changed.")
          .in(spec.text())
          .expected("the passages that were there when the trial was asked for: %s", hash)
          .found(hash(all))
          .remedy("leave it as it is while a study runs, and start the study again");
    }
    int count = Math.min(spec.passages(), all.size());
    return IntStream.range(0, count)
        .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
        .toList();
  }

  private static List<Passage> read(ForgettingSpec spec) {
    List<String> lines = TextLines.all(Folders.named(spec.text()));
    List<Passage> passages = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        passages.add(new Passage(i + 1, lines.get(i)));
      }
    }
    requireEnough(spec, passages.size());
    return passages;
  }

  /** Refuses too few for an interval. */
  static void requireEnough(ForgettingSpec spec, int passages) {
    if (passages < ForgettingSpec.FEWEST_PASSAGES) {
      throw GraftException.input("The text that forgetting is measured on is too short.")
          .in(spec.text())
          .expected(
              "%s passages or more, one a line, each of two tokens at least",
              ForgettingSpec.FEWEST_PASSAGES)
          .found(passages);
    }
  }

  private static String hash(List<Passage> passages) {
    return Sha256.of(String.join("\n", passages.stream().map(Passage::text).toList()));
  }
}
