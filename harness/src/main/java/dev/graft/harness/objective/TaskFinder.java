package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Passages;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.review.ReviewTask;
import dev.graft.harness.data.table.TableReader;
import dev.graft.harness.data.table.TableSpec;
import dev.graft.harness.data.table.TaskFolder;
import java.nio.file.Path;
import java.util.Optional;

/** Finds tasks by the names that users give. */
public final class TaskFinder {
  /** The name of the task that Graft writes itself. */
  public static final String REVIEWS = "reviews";

  /** The reviews are the same in all studies; a trial's seed does not change them. */
  private static final long REVIEWS_SEED = 1;

  private TaskFinder() {}

  /**
   * The task of a name, with a validation split.
   *
   * @param name {@link #REVIEWS}, or a folder
   * @throws GraftException if it is neither, or a task of texts alone
   */
  public static Task open(String name) {
    if (objective(name) instanceof Labelling labelling) {
      return labelling.task();
    }
    throw GraftException.input("Methods can't be compared by the task '%s' yet.", name)
        .expected("labels or a score for each text or pair")
        .found("a task of language modelling")
        .remedy("graft train and graft evaluate take it");
  }

  /** The same for any kind of task. */
  public static Objective objective(String name) {
    return name.equals(REVIEWS)
        ? new Labelling(ReviewTask.generate(ReviewTask.Sizes.DEFAULT, REVIEWS_SEED))
        : objective(TaskFolder.open(Path.of(name)));
  }

  /** What files hold. */
  public static Objective objective(TableSpec spec) {
    TableReader reader = new TableReader(spec);
    if (!spec.kind().equals(Optional.of(Kind.LANGUAGE_MODELLING))) {
      return new Labelling(reader.read().withValidation());
    }
    Optional<Passages> test = spec.tests().values().stream().findFirst().map(reader::passages);
    return LanguageModelling.of(
        reader.passages(spec.train()), spec.validation().map(reader::passages), test);
  }
}
