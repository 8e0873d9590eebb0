package dev.graft.harness.objective;

import static java.util.stream.Collectors.joining;

import dev.graft.files.Sha256;
import dev.graft.harness.data.CodeHash;
import dev.graft.harness.data.Task;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHead.Problem;

/** Texts or pairs are given labels or scores. */
public record Labelling(Task task) implements Objective {
  @Override
  public String name() {
    return task.name();
  }

  /** Of the examples, and of what judges the answers to them. */
  @Override
  public String contentHash() {
    String metrics =
        task.metrics().stream()
            .map(
                metric ->
                    metric instanceof StandardMetric
                        ? metric.label()
                        : metric.label() + " " + CodeHash.of(metric.getClass()))
            .collect(joining("\n"));
    return Sha256.of(task.contentHash() + "\n" + metrics);
  }

  @Override
  public TaskHead head(HostShape host) {
    return TaskHead.forHost(host, task.labels(), problem());
  }

  @Override
  public boolean fits(TaskHead head) {
    return head.problem() == problem()
        && head.labels().size() == task.labels().size()
        && outputs(head).length > 0;
  }

  /** For each label of the task the output of a head that means it. */
  int[] outputs(TaskHead head) {
    return new TaskHead(head.layout(), task.labels(), problem())
        .rowsIn(head.labels()).stream().mapToInt(Integer::intValue).toArray();
  }

  private Problem problem() {
    if (task.isMultiLabel()) {
      return Problem.MULTI_LABEL_CLASSIFICATION;
    }
    return task.isRegression() ? Problem.REGRESSION : Problem.SINGLE_LABEL_CLASSIFICATION;
  }

  @Override
  public Metric measure() {
    return task.metrics().get(0);
  }

  @Override
  public boolean hasValidation() {
    return !task.validation().isEmpty();
  }

  @Override
  public boolean hasTest() {
    return !task.tests().isEmpty();
  }

  @Override
  public LabelledSplits read(Attachment attachment, Tokenizer tokenizer) {
    return new LabelledSplits(this, attachment, tokenizer);
  }
}
