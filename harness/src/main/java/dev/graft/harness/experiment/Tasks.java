package dev.graft.harness.experiment;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.GlueReader;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.review.ReviewTask;
import dev.graft.model.Tokenizer;
import dev.graft.model.Tokens;
import java.nio.file.Path;
import java.util.List;

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
   * @throws dev.graft.api.GraftException if it is neither
   */
  public static Task open(String name) {
    return name.equals(REVIEWS)
        ? ReviewTask.generate(ReviewTask.Sizes.DEFAULT, REVIEWS_SEED)
        : GlueReader.read(Path.of(name));
  }

  /** Tokenises examples, which are all pairs or none. */
  static Split split(List<Example> examples, Tokenizer tokenizer) {
    List<String> texts = examples.stream().map(Example::text).toList();
    List<String> pairs = examples.stream().flatMap(e -> e.pair().stream()).toList();
    List<Tokens> tokens =
        pairs.isEmpty() ? tokenizer.encodeAll(texts) : tokenizer.encodeAll(texts, pairs);
    return new Split(tokens, examples.stream().mapToDouble(Example::target).toArray());
  }
}
