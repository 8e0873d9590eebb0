package dev.graft.harness.study;

import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.MemoryMeter;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.objective.Answers;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.Overview;
import dev.graft.harness.objective.TokenisedExamples;
import dev.graft.harness.training.Judge;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Judges by the test split, before and after merging. */
final class TrialJudge implements Judge<TrialJudge.Judgement> {
  /** Scores of a regression that are as close as this are the same prediction. */
  private static final double SAME_SCORE = 1e-4;

  /**
   * What is found.
   *
   * @param memory the peak until then
   */
  record Judgement(
      Map<Metric, Double> metrics,
      List<Double> predictions,
      List<Double> targets,
      MemoryPeak memory,
      Optional<MergeCheck> merging) {}

  private final Labelling objective;
  private final MemoryMeter memory;
  private final Consumer<Progress> listener;
  private TokenisedExamples test;

  TrialJudge(Labelling objective, MemoryMeter memory, Consumer<Progress> listener) {
    this.objective = objective;
    this.memory = memory;
    this.listener = listener;
  }

  @Override
  public void prepare(Overview overview, Attachment attachment, Tokenizer tokenizer) {
    test = objective.test(attachment, tokenizer);
  }

  @Override
  public Judgement judge(Attachment trained, Tokenizer tokenizer) {
    Answers answers = Answers.of(trained, test, listener);
    MemoryPeak peak = memory.peak(); // merging is not part of training
    return new Judgement(
        metrics(answers),
        list(answers.predictions()),
        list(test.targets()),
        peak,
        merging(trained, answers));
  }

  private Optional<MergeCheck> merging(Attachment trained, Answers before) {
    try (Attachment merged = trained.merged()) {
      if (merged.mergedSites() == 0) {
        return Optional.empty();
      }
      Answers after = Answers.of(merged, test, listener);
      return Optional.of(
          new MergeCheck(
              merged.mergedSites(),
              before.agreements(after, SAME_SCORE),
              before.difference(after),
              metrics(after)));
    }
  }

  private Map<Metric, Double> metrics(Answers answers) {
    Map<Metric, Double> metrics = new LinkedHashMap<>();
    for (Metric metric : objective.task().metrics()) {
      metrics.put(
          metric, metric.compute(answers.predictions(), test.targets(), objective.task().width()));
    }
    return metrics;
  }

  @Override
  public Map<String, Double> scores(Judgement judgement) {
    Map<String, Double> scores = new LinkedHashMap<>();
    judgement.metrics().forEach((metric, value) -> scores.put("test-" + metric.label(), value));
    return scores;
  }

  private static List<Double> list(double[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
