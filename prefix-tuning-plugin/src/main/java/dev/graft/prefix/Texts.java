package dev.graft.prefix;

import dev.graft.GraftException;
import dev.graft.api.Host;
import java.util.List;
import java.util.stream.IntStream;

/** Texts that virtual tokens begin from. */
final class Texts {
  private Texts() {}

  /** A text's tokens over and over, up to a length, if the host knows them. */
  static List<Long> repeated(List<Integer> tokens, int length, Host host) {
    long vocabulary = host.embeddings().table().shape().dim(0).fixed();
    for (int token : tokens) {
      if (token >= vocabulary) {
        throw GraftException.input(
                "The setting 'tokens' has a token that is not in the host's vocabulary.")
            .expected("ids from 0 to %d", vocabulary - 1)
            .found("%d", token)
            .remedy("use the tokenizer that belongs to the host");
      }
    }
    return IntStream.range(0, length).mapToObj(i -> (long) tokens.get(i % tokens.size())).toList();
  }
}
