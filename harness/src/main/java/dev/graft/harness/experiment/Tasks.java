package dev.graft.harness.experiment;

import dev.graft.GraftException;
import dev.graft.harness.data.Example;
import dev.graft.harness.data.GlueReader;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.review.ReviewTask;
import dev.graft.model.Tokenizer;
import dev.graft.model.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/** Finds tasks by the names that users give, and tokenises them. */
public final class Tasks {
  /** The name of the task that Graft writes itself. */
  public static final String REVIEWS = "reviews";

  /** The reviews are the same in all studies; a trial's seed does not change them. */
  private static final long REVIEWS_SEED = 1;

  private Tasks() {}

  /**
   * The task of a name.
   *
   * @param name {@link #REVIEWS}, or a GLUE folder
   * @throws dev.graft.GraftException if it is neither
   */
  public static Task open(String name) {
    return name.equals(REVIEWS)
        ? ReviewTask.generate(ReviewTask.Sizes.DEFAULT, REVIEWS_SEED)
        : GlueReader.read(Path.of(name));
  }

  /**
   * Tokenises examples, which are all pairs or none.
   *
   * @param name of the split, for the error that an example without tokens is
   */
  static Split split(List<Example> examples, Tokenizer tokenizer, String name) {
    List<String> texts = examples.stream().map(Example::text).toList();
    List<String> pairs = examples.stream().flatMap(e -> e.pair().stream()).toList();
    List<Tokens> tokens =
        pairs.isEmpty() ? tokenizer.encodeAll(texts) : tokenizer.encodeAll(texts, pairs);
    requireTokens(tokens, i -> "example %d of the %s split".formatted(i + 1, name));
    return new Split(tokens, examples.stream().mapToDouble(Example::target).toArray());
  }

  /** Refuses texts that are blank to a tokenizer without special tokens. */
  static void requireTokens(List<Tokens> tokens, IntFunction<String> where) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).length() == 0) {
        throw GraftException.input("A text has no tokens, and the model's tokenizer adds none.")
            .in(where.apply(i))
            .expected("a text that is not blank");
      }
    }
  }
}
