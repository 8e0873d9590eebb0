package dev.graft.prefix;

import dev.graft.api.GraftException;
import java.util.List;
import java.util.stream.IntStream;

/** Texts that virtual tokens begin from. */
final class Texts {
  private Texts() {}

  /** Refuses tokens that a table of embeddings has no row for. */
  static void check(List<Integer> tokens, long vocabulary) {
    for (int token : tokens) {
      if (token >= vocabulary) {
        throw GraftException.input(
            "The token %d is not in the host's vocabulary.%n  expected: ids from 0 to %d"
                .formatted(token, vocabulary - 1));
      }
    }
  }

  /** A text's tokens over and over, up to a length. */
  static List<Long> repeated(List<Integer> tokens, int length) {
    return IntStream.range(0, length).mapToObj(i -> (long) tokens.get(i % tokens.size())).toList();
  }
}
