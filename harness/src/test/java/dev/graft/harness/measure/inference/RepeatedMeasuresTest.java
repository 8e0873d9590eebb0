package dev.graft.harness.measure.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.graft.harness.measure.Metrics;
import dev.graft.harness.measure.Perplexity;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.measure.Weighted;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RepeatedMeasuresTest {
  private static final Offset<Double> CLOSE = within(1e-7);
  private static final Reference REFERENCE = reference();

  /** What {@code inference_cases.py} wrote. */
  record Reference(double margin, double alpha, double power, List<Case> cases) {}

  record Case(
      String metric,
      double unit,
      List<Double> gold,
      List<List<List<Double>>> arms,
      List<Expected> expected) {
    private Weighted statistic(List<Double> answers) {
      return metric.equals("perplexity")
          ? Perplexity.weighted(
              numbers(answers), gold.stream().mapToInt(Double::intValue).toArray())
          : Metrics.installed().labelled(metric).weighted(numbers(answers), numbers(gold), 1);
    }

    private static double[] numbers(List<Double> list) {
      return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public String toString() {
      return "%s of %s arms with %s seeds".formatted(metric, arms.size(), arms.get(0).size());
    }
  }

  record Expected(
      int first,
      int second,
      double value,
      double betweenSeeds,
      double freedom,
      double betweenExamples,
      double low,
      double high,
      double ofNoDifference,
      double ofDifferenceBeyond,
      double least) {}

  private static Reference reference() {
    return new Gson()
        .fromJson(
            new InputStreamReader(
                RepeatedMeasuresTest.class.getResourceAsStream(
                    "/dev/graft/harness/inference_cases.json"),
                StandardCharsets.UTF_8),
            Reference.class);
  }

  static List<Case> cases() {
    return REFERENCE.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allNumbersAreThoseOfNumPyAndSciPy(Case given) {
    Map<String, Map<Long, Weighted>> arms = new LinkedHashMap<>();
    for (List<List<Double>> arm : given.arms()) {
      Map<Long, Weighted> seeds = new LinkedHashMap<>();
      for (List<Double> answers : arm) {
        seeds.put((long) seeds.size(), given.statistic(answers));
      }
      arms.put(Integer.toString(arms.size()), seeds);
    }
    RepeatedMeasures measures = RepeatedMeasures.of(arms, given.gold().size(), given.unit());

    assertThat(given.expected()).isNotEmpty();
    for (Expected expected : given.expected()) {
      Difference found =
          measures
              .difference(Integer.toString(expected.first()), Integer.toString(expected.second()))
              .orElseThrow();
      assertThat(found.value()).isCloseTo(expected.value(), CLOSE);
      assertThat(found.betweenSeeds().variance()).isCloseTo(expected.betweenSeeds(), CLOSE);
      assertThat(found.betweenSeeds().freedom()).isEqualTo(expected.freedom());
      assertThat(found.betweenExamples().variance()).isCloseTo(expected.betweenExamples(), CLOSE);
      assertThat(found.interval().low()).isCloseTo(expected.low(), CLOSE);
      assertThat(found.interval().high()).isCloseTo(expected.high(), CLOSE);
      assertThat(found.ofNoDifference()).isCloseTo(expected.ofNoDifference(), CLOSE);
      assertThat(found.ofDifferenceBeyond(REFERENCE.margin()))
          .isCloseTo(expected.ofDifferenceBeyond(), CLOSE);
      assertThat(found.least(REFERENCE.alpha(), REFERENCE.power()))
          .isCloseTo(expected.least(), CLOSE);
    }
  }

  private static Weighted answers(int examples, int wrong) {
    double[] gold = new double[examples];
    double[] predicted = new double[examples];
    Arrays.fill(predicted, 0, wrong, 1);
    return StandardMetric.ACCURACY.weighted(predicted, gold, 1);
  }

  private static Difference difference(
      int examples, Map<Long, Weighted> first, Map<Long, Weighted> second) {
    return RepeatedMeasures.of(Map.of("first", first, "second", second), examples, 1.0 / examples)
        .difference("first", "second")
        .orElseThrow();
  }

  @Test
  void onlySeedsThatBothHaveAreCompared() {
    Weighted all = answers(100, 0);
    Weighted most = answers(100, 10);

    Difference found = difference(100, Map.of(1L, all, 2L, all), Map.of(2L, most, 3L, all));

    assertThat(found.seeds()).isEqualTo(1);
    assertThat(found.value()).isEqualTo(0.1, within(1e-12));
    assertThat(
            RepeatedMeasures.of(
                    Map.of("first", Map.of(1L, all), "second", Map.of(2L, all)), 100, 0.01)
                .difference("first", "second"))
        .isEmpty();
  }

  @Test
  void anArmWhoseStatisticIsUndefinedIsComparedWithNone() {
    Map<String, Map<Long, Weighted>> arms =
        Map.of("constant", Map.of(1L, weights -> Double.NaN), "other", Map.of(1L, answers(10, 1)));

    assertThat(RepeatedMeasures.of(arms, 10, 0.1).difference("constant", "other")).isEmpty();
  }

  /** As Tango's interval is without a disagreement: n * margin >= z^2 and a little more. */
  @Test
  void equalAnswersAreEquivalentOnlyIfThereAreEnoughOfThem() {
    Map<Long, Weighted> few = Map.of(1L, answers(100, 7));
    Map<Long, Weighted> many = Map.of(1L, answers(1000, 7));

    assertThat(difference(100, few, few).ofNoDifference()).isEqualTo(1);
    assertThat(difference(100, few, few).ofDifferenceBeyond(0.02)).isEqualTo(0.08, within(0.002));
    assertThat(difference(1000, many, many).ofDifferenceBeyond(0.02)).isLessThan(1e-5);
  }

  /** Between the mid-p and the exact p-value of McNemar's test, 0.0625 and 0.125 of 4 to 0. */
  @Test
  void fewDisagreementsAreNoMoreThanAnExactTestMakesOfThem() {
    assertThat(
            difference(400, Map.of(1L, answers(400, 4)), Map.of(1L, answers(400, 0)))
                .ofNoDifference())
        .isBetween(0.0625, 0.125);
    assertThat(
            difference(400, Map.of(1L, answers(400, 10)), Map.of(1L, answers(400, 0)))
                .ofNoDifference())
        .isBetween(0.001, 0.005);
  }

  @Test
  void seedsThatAgreeDoNotMakeTwoOfThemMany() {
    Map<Long, Weighted> first = Map.of(1L, answers(100, 10), 2L, answers(100, 14));
    Map<Long, Weighted> second = Map.of(1L, answers(100, 20), 2L, answers(100, 36));

    // differences of 10 and 22 points: Student's quantile of one degree of freedom is 12.7
    Difference found = difference(100, first, second);

    assertThat(found.betweenSeeds().freedom()).isEqualTo(1);
    assertThat(found.interval().low()).isLessThan(0.16 - 12.7 * 0.06);
    assertThat(found.ofNoDifference()).isGreaterThan(0.2);
  }

  @Test
  void turnedRoundTheSignsChange() {
    Difference found = difference(100, Map.of(1L, answers(100, 10)), Map.of(1L, answers(100, 20)));

    assertThat(found.reversed().interval().low()).isEqualTo(-found.interval().high());
    assertThat(found.reversed().ofNoDifference()).isEqualTo(found.ofNoDifference());
    assertThatThrownBy(() -> found.ofDifferenceBeyond(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A margin of 0.0: expected more.");
  }
}
