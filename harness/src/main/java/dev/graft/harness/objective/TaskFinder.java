package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Passages;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.TaskSource;
import dev.graft.harness.data.review.ReviewSource;
import dev.graft.harness.data.table.TableReader;
import dev.graft.harness.data.table.TableSpec;
import dev.graft.harness.data.table.TaskFolder;
import dev.graft.parts.PartKind;
import dev.graft.parts.Parts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds tasks by the names that users give: those of a source, and folders. */
public final class TaskFinder {
  private static final PartKind<TaskSource> KIND =
      PartKind.of(TaskSource.class, "source of tasks", TaskSource::name);

  private TaskFinder() {}

  /**
   * The task of a name, with a validation split.
   *
   * @param name a source's, or a folder
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
    Optional<TaskSource> source = source(name);
    if (source.isEmpty()) {
      Path folder = Folders.named(name);
      if (!Files.exists(folder)) {
        sources().requireNotBroken(prefix(name));
      }
      return objective(TaskFolder.open(folder));
    }
    int end = source.get().name().length();
    String rest = name.length() == end ? "" : name.substring(end + 1);
    return new Labelling(source.get().open(rest).withValidation());
  }

  /** Whether a name is that of a source's task, and not of a folder. */
  public static boolean isOfSource(String name) {
    return source(name).isPresent();
  }

  /** The sources that are installed. */
  public static Parts<TaskSource> sources() {
    return Parts.installed(KIND, List.of(new ReviewSource()));
  }

  private static Optional<TaskSource> source(String name) {
    return sources().find(prefix(name));
  }

  private static String prefix(String name) {
    return name.replaceFirst(":.*", "");
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
