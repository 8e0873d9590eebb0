package dev.graft.harness.data.review;

import dev.graft.GraftException;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.TaskSource;

/** The task that Graft writes itself: the same in all studies, whatever the seed of a trial. */
public final class ReviewSource implements TaskSource {
  public static final String NAME = "reviews";
  private static final long SEED = 1;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Task open(String rest) {
    if (!rest.isEmpty()) {
      throw GraftException.input("The task 'reviews' has no variants.")
          .expected("reviews")
          .found("reviews:%s", rest);
    }
    return ReviewTask.generate(ReviewTask.Sizes.DEFAULT, SEED);
  }
}
