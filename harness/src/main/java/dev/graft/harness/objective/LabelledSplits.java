package dev.graft.harness.objective;

import dev.graft.harness.data.ExampleList;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Task;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;

/** Texts or pairs with labels or scores. */
public final class LabelledSplits implements Splits {
  private final Labelling objective;
  private final Task task;
  private final int maxLength;
  private final TokenisedExamples train;
  private final TokenisedExamples validation;
  private final Map<String, TokenisedExamples> tests = new LinkedHashMap<>();

  LabelledSplits(Labelling objective, Attachment attachment, Tokenizer tokenizer) {
    this.objective = objective;
    this.task = objective.task();
    this.maxLength = tokenizer.maxLength();
    int[] outputs = objective.outputs(attachment.stack().head());
    this.train =
        tokenised(
            task.train(), attachment, tokenizer, target -> learnt(task.numbers(target), outputs));
    this.validation = tokenised(task.validation(), attachment, tokenizer, task::numbers);
    task.tests()
        .forEach(
            (name, examples) ->
                tests.put(name, tokenised(examples, attachment, tokenizer, task::numbers)));
  }

  private static TokenisedExamples tokenised(
      ExampleList examples,
      Attachment attachment,
      Tokenizer tokenizer,
      DoubleFunction<double[]> numbers) {
    return new TokenisedExamples(examples, tokenizer, Split.readable(attachment), numbers);
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

  @Override
  public TokenisedExamples train() {
    return train;
  }

  /** What training may be steered by; none if the task has no such split. */
  public TokenisedExamples validation() {
    return validation;
  }

  /** What is only for judging, of several such splits the first. */
  public TokenisedExamples test() {
    objective.requireTest();
    return tests.values().iterator().next();
  }

  @Override
  public Overview overview() {
    List<Overview.Part> parts = new ArrayList<>();
    List<String> doubles = new ArrayList<>();
    parts.add(Overview.Part.of("training", train));
    parts.add(Overview.Part.of("validation", validation));
    tests.forEach(
        (split, test) -> {
          parts.add(Overview.Part.of(split, test));
          doubles.addAll(Overview.doubles(task.tests().get(split), task.train()));
        });
    return new Overview(
        objective.name(), task.notes(), maxLength, parts, Overview.count(task), doubles);
  }

  @Override
  public OptionalDouble score(Attachment trained, Consumer<Progress> listener) {
    return validation.size() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            objective
                .measure()
                .compute(
                    predictions(trained, validation, listener),
                    validation.targets(),
                    task.width()));
  }

  @Override
  public Optional<Quality> validate(Attachment trained, Consumer<Progress> listener) {
    return validation.size() == 0
        ? Optional.empty()
        : Optional.of(
            new Quality(
                "%s validation examples of %s".formatted(validation.size(), objective.name()),
                scores(trained, validation, Optional.empty(), listener)));
  }

  @Override
  public Quality test(Attachment trained, Consumer<Progress> listener) {
    objective.requireTest();
    List<String> on = new ArrayList<>();
    List<Quality.Score> scores = new ArrayList<>();
    tests.forEach(
        (name, split) -> {
          on.add("%s %s examples".formatted(split.size(), name));
          Optional<String> told = tests.size() == 1 ? Optional.empty() : Optional.of(name);
          scores.addAll(scores(trained, split, told, listener));
        });
    return new Quality("%s of %s".formatted(String.join(" and ", on), objective.name()), scores);
  }

  private List<Quality.Score> scores(
      Attachment trained,
      TokenisedExamples split,
      Optional<String> name,
      Consumer<Progress> listener) {
    double[] predictions = predictions(trained, split, listener);
    double[] targets = split.targets();
    List<Quality.Score> scores = new ArrayList<>();
    for (Metric metric : task.metrics()) {
      scores.add(
          new Quality.Score(
              metric, name, metric.estimate(predictions, targets, task.width(), Estimate.SEED)));
    }
    return scores;
  }

  /** In the order of the task's labels. */
  private double[] predictions(
      Attachment trained, TokenisedExamples split, Consumer<Progress> listener) {
    return Answers.of(trained, split, listener)
        .ordered(objective.outputs(trained.stack().head()))
        .predictions();
  }
}
