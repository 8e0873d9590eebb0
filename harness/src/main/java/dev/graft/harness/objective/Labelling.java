package dev.graft.harness.objective;

import dev.graft.harness.data.ExampleList;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Task;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.Estimate;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHead.Problem;
import java.util.ArrayList;
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
    return TaskHead.forHost(host, task.labels(), problem());
  }

  @Override
  public boolean fits(TaskHead head) {
    return head.problem() == problem()
        && head.labels().size() == task.labels().size()
        && outputs(head).length > 0;
  }

  /** For each label of the task the output of a head that means it. */
  private int[] outputs(TaskHead head) {
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
  public TokenisedExamples train(Attachment attachment, Tokenizer tokenizer) {
    int[] outputs = outputs(attachment.stack().head());
    return new TokenisedExamples(
        task.train(),
        tokenizer,
        Split.readable(attachment),
        target -> learnt(task.numbers(target), outputs));
  }

  /** What is true of an example, in the order of a head's outputs. */
  private double[] learnt(double[] numbers, int[] outputs) {
    if (task.kind() == Kind.CLASSES) {
      return new double[] {outputs[(int) numbers[0]]};
    }
    double[] learnt = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      learnt[outputs[i]] = numbers[i];
    }
    return learnt;
  }

  /** The examples that training may be steered by; none if the task has no such split. */
  public TokenisedExamples validation(Attachment attachment, Tokenizer tokenizer) {
    return tokenised(task.validation(), attachment, tokenizer);
  }

  /** The examples that are only for judging, of several such splits the first. */
  public TokenisedExamples test(Attachment attachment, Tokenizer tokenizer) {
    return tokenised(task.test(), attachment, tokenizer);
  }

  private TokenisedExamples tokenised(
      ExampleList examples, Attachment attachment, Tokenizer tokenizer) {
    return new TokenisedExamples(examples, tokenizer, Split.readable(attachment), task::numbers);
  }

  @Override
  public boolean hasTest() {
    return !task.tests().isEmpty();
  }

  @Override
  public Overview overview(Examples train, Attachment attachment, Tokenizer tokenizer) {
    List<Overview.Part> parts = new ArrayList<>();
    List<String> doubles = new ArrayList<>();
    parts.add(Overview.Part.of("training", train));
    parts.add(Overview.Part.of("validation", tokenised(task.validation(), attachment, tokenizer)));
    task.tests()
        .forEach(
            (split, test) -> {
              parts.add(Overview.Part.of(split, tokenised(test, attachment, tokenizer)));
              doubles.addAll(Overview.doubles(test, task.train()));
            });
    return new Overview(
        name(), task.notes(), tokenizer.maxLength(), parts, Overview.count(task), doubles);
  }

  @Override
  public Optional<Quality> validate(
      Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener) {
    if (task.validation().isEmpty()) {
      return Optional.empty();
    }
    TokenisedExamples split = tokenised(task.validation(), attachment, tokenizer);
    return Optional.of(
        new Quality(
            "%s validation examples of %s".formatted(split.size(), name()),
            scores(attachment, split, Optional.empty(), listener)));
  }

  @Override
  public Quality test(Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener) {
    requireTest();
    List<String> on = new ArrayList<>();
    List<Quality.Score> scores = new ArrayList<>();
    task.tests()
        .forEach(
            (name, examples) -> {
              TokenisedExamples split = tokenised(examples, attachment, tokenizer);
              on.add("%s %s examples".formatted(split.size(), name));
              Optional<String> told =
                  task.tests().size() == 1 ? Optional.empty() : Optional.of(name);
              scores.addAll(scores(attachment, split, told, listener));
            });
    return new Quality("%s of %s".formatted(String.join(" and ", on), name()), scores);
  }

  private List<Quality.Score> scores(
      Attachment attachment,
      TokenisedExamples split,
      Optional<String> name,
      Consumer<Progress> listener) {
    int[] outputs = outputs(attachment.stack().head());
    double[] predictions = Answers.of(attachment, split, listener).ordered(outputs).predictions();
    double[] targets = split.targets();
    return task.metrics().stream()
        .map(
            metric ->
                new Quality.Score(
                    metric,
                    name,
                    metric.estimate(predictions, targets, task.width(), Estimate.SEED)))
        .toList();
  }
}
