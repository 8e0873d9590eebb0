package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Resampled;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.measure.inference.Claims.Claim;
import dev.graft.harness.measure.inference.Claims.Question;
import dev.graft.harness.measure.inference.Difference;
import dev.graft.harness.measure.inference.RepeatedMeasures;
import dev.graft.harness.report.Scale;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far any two arms on the pretrained host differ in the metric.
 *
 * @param bestFirst the arms whose metric is defined
 */
public record Inference(
    String metric, List<String> bestFirst, Map<Question, Difference> differences) {
  /** Differences below this don't matter. */
  public static final double MARGIN = 0.02;

  /** The margin as sentences say it. */
  public static String margin(Scale scale) {
    return scale.distance(MARGIN).replace(".0 ", " ");
  }

  /** Compares every two arms, in the samples that they share. */
  static Inference of(Comparison comparison) {
    List<Contender> contenders =
        comparison.pretrained().stream()
            .filter(contender -> !Double.isNaN(contender.quality().value()))
            .toList();
    String metric = comparison.of(comparison.scale().measure().label());
    Map<Question, Difference> differences = new LinkedHashMap<>();
    if (contenders.size() > 1) {
      RepeatedMeasures measures = measures(contenders);
      for (int i = 0; i < contenders.size(); i++) {
        for (int j = i + 1; j < contenders.size(); j++) {
          String first = contenders.get(i).name();
          String second = contenders.get(j).name();
          measures
              .difference(first, second)
              .ifPresent(
                  difference -> differences.put(new Question(metric, first, second), difference));
        }
      }
    }
    return new Inference(
        metric,
        contenders.stream()
            .sorted(Comparator.comparingDouble(c -> -c.quality().value()))
            .map(Contender::name)
            .toList(),
        differences);
  }

  /** The first less the second, judged by these two alone. */
  static Optional<Difference> between(Contender first, Contender second) {
    return measures(List.of(first, second)).difference(first.name(), second.name());
  }

  private static RepeatedMeasures measures(List<Contender> contenders) {
    Map<String, Map<Long, Resampled>> arms = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      Map<Long, Resampled> seeds = new LinkedHashMap<>();
      List<Long> names = contender.seeds();
      for (int i = 0; i < names.size(); i++) {
        seeds.put(names.get(i), contender.resampled().get(i));
      }
      arms.put(contender.name(), seeds);
    }
    int examples = contenders.get(0).examples();
    return RepeatedMeasures.ofResampled(arms, examples, 1.0 / examples);
  }

  /** What may be claimed of every two arms. */
  Stream<Claim> claims() {
    return differences.entrySet().stream()
        .flatMap(
            entry ->
                Stream.of(
                    new Claim(entry.getKey(), Answer.DIFFERENT, entry.getValue().ofNoDifference()),
                    new Claim(
                        entry.getKey(),
                        Answer.EQUIVALENT,
                        entry.getValue().ofDifferenceBeyond(MARGIN))));
  }

  /** The first less the second; empty if they share no seed. */
  public Optional<Difference> difference(String first, String second) {
    Difference there = differences.get(new Question(metric, second, first));
    return there != null
        ? Optional.of(there.reversed())
        : Optional.ofNullable(differences.get(new Question(metric, first, second)));
  }

  /** Whether it may be said that two arms differ. */
  public boolean areDifferent(Claims claims, String first, String second) {
    return corrected(claims, Answer.DIFFERENT, first, second) < Claims.ALPHA;
  }

  /** The corrected p-value of an answer to how two arms differ, in either order. */
  public double corrected(Claims claims, Answer answer, String first, String second) {
    return Math.min(
        claims.corrected(new Question(metric, first, second), answer),
        claims.corrected(new Question(metric, second, first), answer));
  }
}
