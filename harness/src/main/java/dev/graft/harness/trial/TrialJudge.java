package dev.graft.harness.trial;

import dev.graft.harness.forgetting.Forgetting;
import dev.graft.harness.forgetting.ForgettingMeter;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Answers;
import dev.graft.harness.objective.LabelledSplits;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.Overview;
import dev.graft.harness.objective.TokenisedExamples;
import dev.graft.harness.training.Judge;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.transformer.Stack;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Judges by the validation split, and where it is for reporting by the test split, before and after
 * merging.
 */
final class TrialJudge implements Judge<LabelledSplits, TrialJudge.Judgement> {
  /** Scores of a regression that are as close as this are the same prediction. */
  private static final double SAME_SCORE = 1e-4;

  /**
   * What is found.
   *
   * @param memory the peak until then
   * @param stack that was trained
   */
  record Judgement(
      Map<Metric, Double> validation,
      Optional<TestAnswers> test,
      MemoryPeak memory,
      Optional<MergeCheck> merging,
      Optional<Forgetting> forgetting,
      Stack stack) {}

  private final Labelling objective;
  private final TrialSpec spec;
  private final PhaseMeter meter;
  private final Consumer<Progress> listener;
  private Optional<ForgettingMeter> forgetting = Optional.empty();

  TrialJudge(Labelling objective, TrialSpec spec, PhaseMeter meter, Consumer<Progress> listener) {
    this.objective = objective;
    this.spec = spec;
    this.meter = meter;
    this.listener = listener;
  }

  @Override
  public LabelledSplits read(Attachment attachment, Tokenizer tokenizer) {
    LabelledSplits splits = objective.read(attachment, tokenizer);
    Overview.look(splits.train());
    Overview.look(splits.validation());
    if (spec.stage() == Stage.FINAL) {
      Overview.look(splits.test());
      forgetting = spec.general().map(text -> ForgettingMeter.of(text, attachment));
    }
    return splits;
  }

  @Override
  public Judgement judge(Attachment trained, LabelledSplits splits) {
    TokenisedExamples validation = splits.validation();
    Map<Metric, Double> validated =
        validation.size() == 0
            ? Map.of()
            : metrics(Answers.of(trained, validation, listener), validation);
    if (spec.stage() == Stage.TUNING) {
      return new Judgement(
          validated,
          Optional.empty(),
          meter.peak(),
          Optional.empty(),
          Optional.empty(),
          trained.stack());
    }
    TokenisedExamples test = splits.test();
    Answers answers = Answers.of(trained, test, listener);
    MemoryPeak peak = meter.peak(); // neither merging nor general text is part of training
    TestAnswers found =
        new TestAnswers(
            metrics(answers, test),
            list(answers.predictions()),
            list(test.targets()),
            objective.task().width());
    return new Judgement(
        validated,
        Optional.of(found),
        peak,
        merging(trained, test, answers),
        forgetting.map(general -> forgotten(general, trained)),
        trained.stack());
  }

  private Forgetting forgotten(ForgettingMeter general, Attachment trained) {
    meter.enter(Phase.GENERAL_TEXT);
    return general.of(trained, listener);
  }

  private Optional<MergeCheck> merging(Attachment trained, TokenisedExamples test, Answers before) {
    meter.enter(Phase.MERGING);
    try (Attachment merged = trained.merged()) {
      if (merged.mergedSites() == 0) {
        return Optional.empty();
      }
      meter.enter(Phase.MERGED_CHECK);
      Answers after = Answers.of(merged, test, listener);
      return Optional.of(
          new MergeCheck(
              merged.mergedSites(),
              before.agreements(after, SAME_SCORE),
              before.difference(after),
              metrics(after, test)));
    }
  }

  private Map<Metric, Double> metrics(Answers answers, TokenisedExamples split) {
    Map<Metric, Double> metrics = new LinkedHashMap<>();
    for (Metric metric : objective.task().metrics()) {
      metrics.put(
          metric, metric.compute(answers.predictions(), split.targets(), objective.task().width()));
    }
    return metrics;
  }

  @Override
  public Map<String, Double> scores(Judgement judgement) {
    Map<String, Double> scores = new LinkedHashMap<>();
    put(judgement.validation(), "validation-", scores);
    judgement.test().ifPresent(test -> put(test.metrics(), "test-", scores));
    judgement
        .forgetting()
        .ifPresent(
            found ->
                found
                    .summary()
                    .forEach(
                        (name, value) -> scores.put("general-" + name.replace('_', '-'), value)));
    return scores;
  }

  private static void put(Map<Metric, Double> found, String split, Map<String, Double> into) {
    found.forEach((metric, value) -> into.put(split + metric.label(), value));
  }

  private static List<Double> list(double[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
