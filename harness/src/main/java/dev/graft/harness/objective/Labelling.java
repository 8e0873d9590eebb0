package dev.graft.harness.objective;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.Task;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.Estimate;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHead.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Texts or pairs are given labels or scores. */
public record Labelling(Task task) implements Objective {
  @Override
  public String name() {
    return task.name();
  }

  @Override
  public String contentHash() {
    return task.contentHash();
  }

  @Override
  public TaskHead head(HostShape host) {
    return TaskHead.forHost(host, task.labels());
  }

  /** Labels that an adapter of another library lacks are numbered, and names don't matter then. */
  @Override
  public boolean fits(TaskHead head) {
    boolean isNumbered = head.labels().stream().allMatch(label -> label.matches("LABEL_\\d+"));
    return head.problem() == problem()
        && head.labels().size() == task.labels().size()
        && (isNumbered || head.labels().equals(task.labels()));
  }

  private Problem problem() {
    return task.isRegression() ? Problem.REGRESSION : Problem.SINGLE_LABEL_CLASSIFICATION;
  }

  /** The examples that are only for judging. */
  public Split test(Tokenizer tokenizer) {
    return Split.of(task.test(), tokenizer, "test");
  }

  @Override
  public Split train(Model model, Tokenizer tokenizer) {
    return Split.of(task.train(), tokenizer, "training");
  }

  @Override
  public Optional<Quality> validate(
      Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener) {
    return Optional.of(
        task.validation().isEmpty()
            ? test(attachment, tokenizer, listener)
            : quality(attachment, tokenizer, task.validation(), "validation", listener));
  }

  @Override
  public Quality test(Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener) {
    return quality(attachment, tokenizer, task.test(), "test", listener);
  }

  private Quality quality(
      Attachment attachment,
      Tokenizer tokenizer,
      List<Example> examples,
      String split,
      Consumer<Progress> listener) {
    Split tokenised = Split.of(examples, tokenizer, split);
    double[] predictions = Answers.of(attachment, tokenised, listener).predictions();
    return new Quality(
        "%s %s examples of %s".formatted(examples.size(), split, name()),
        task.metrics().stream()
            .map(
                metric ->
                    new Quality.Score(
                        metric, metric.estimate(predictions, tokenised.targets(), Estimate.SEED)))
            .toList());
  }
}
