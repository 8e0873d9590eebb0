package dev.graft.harness.cli.options;

import dev.graft.GraftException;
import dev.graft.harness.data.Passages;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.LanguageModelling;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.TaskFinder;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a model is trained on or judged by: a task, or texts for a language model. */
public final class DataOptions {
  @Option(
      names = "--task",
      paramLabel = "TASK",
      description = "A GLUE folder, or reviews, which Graft writes (default: reviews).")
  private Optional<String> task = Optional.empty();

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description =
          "Texts for a language model, one a line. Of a line with a tab only what is behind it is"
              + " predicted.")
  private Optional<Path> text = Optional.empty();

  public Objective objective() {
    return objective(Optional.empty());
  }

  /** The same with texts to validate a language model on. */
  public Objective objective(Optional<Path> validation) {
    if (task.isPresent() && text.isPresent()) {
      throw GraftException.input("A task and texts can't be taken at once.")
          .found("--task %s --text %s", task.get(), text.get())
          .remedy("leave one of them out");
    }
    if (validation.isPresent() && text.isEmpty()) {
      throw GraftException.input("Only texts are validated on a file of their own.")
          .expected("--text beside --validation")
          .found("--validation %s; a task brings its own split", validation.get());
    }
    return text.isPresent()
        ? new LanguageModelling(Passages.read(text.get()), validation.map(Passages::read))
        : new Labelling(TaskFinder.open(task.orElse(TaskFinder.REVIEWS)));
  }
}
