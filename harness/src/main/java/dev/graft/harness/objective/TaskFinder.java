package dev.graft.harness.objective;

import dev.graft.harness.data.GlueReader;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.review.ReviewTask;
import java.nio.file.Path;

/** Finds tasks by the names that users give. */
public final class TaskFinder {
  /** The name of the task that Graft writes itself. */
  public static final String REVIEWS = "reviews";

  /** The reviews are the same in all studies; a trial's seed does not change them. */
  private static final long REVIEWS_SEED = 1;

  private TaskFinder() {}

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
}
