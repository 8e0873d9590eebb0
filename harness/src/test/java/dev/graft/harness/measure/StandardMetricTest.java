package dev.graft.harness.measure;

import static dev.graft.harness.measure.StandardMetric.ACCURACY;
import static dev.graft.harness.measure.StandardMetric.F1;
import static dev.graft.harness.measure.StandardMetric.MACRO_F1;
import static dev.graft.harness.measure.StandardMetric.MATTHEWS;
import static dev.graft.harness.measure.StandardMetric.MICRO_F1;
import static dev.graft.harness.measure.StandardMetric.PEARSON;
import static dev.graft.harness.measure.StandardMetric.SPEARMAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StandardMetricTest {
  // 3 true positives, 1 false negative, 1 false positive, 5 true negatives
  private static final double[] GOLD = {1, 1, 1, 1, 0, 0, 0, 0, 0, 0};
  private static final double[] PREDICTED = {1, 1, 1, 0, 1, 0, 0, 0, 0, 0};
  private static final double[] NEVER = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  @Test
  void agreementsOfClassesAreThoseOfTheContingencyTable() {
    assertThat(ACCURACY.compute(PREDICTED, GOLD)).isEqualTo(8 / 10.0);
    assertThat(F1.compute(PREDICTED, GOLD)).isEqualTo(2 * 3 / (2 * 3 + 1 + 1.0));
  }

  @Test
  void agreementsOfSeveralClassesAreThoseOfTheContingencyTable() {
    double[] gold = {0, 0, 1, 1, 2, 2, 2};
    double[] predicted = {0, 1, 1, 1, 2, 0, 2};
    assertThat(MACRO_F1.compute(predicted, gold)).isEqualTo((0.5 + 0.8 + 0.8) / 3, within(1e-9));
    // (5 right * 7 - 16) / (49 - 17): both sides have 17 as their sum of squares
    assertThat(MATTHEWS.compute(predicted, gold)).isEqualTo(19 / 32.0, within(1e-9));
    assertThat(MATTHEWS.compute(PREDICTED, GOLD)).isEqualTo(14 / 24.0, within(1e-9));
    assertThat(MATTHEWS.compute(NEVER, GOLD)).isZero();
  }

  @Test
  void severalLabelsAreJudgedTogetherAndEachForItself() {
    double[] gold = {1, 1, 0, 0, 0, 0, 1, 0, 1};
    double[] predicted = {1, 0, 0, 0, 0, 1, 1, 0, 1};
    assertThat(MICRO_F1.estimate(predicted, gold, 3, 1).value()).isEqualTo(0.75);
    Estimate macro = MACRO_F1.estimate(predicted, gold, 3, 1);
    assertThat(macro.value()).isEqualTo((1 + 0 + 2 / 3.0) / 3, within(1e-9));
    assertThat(macro.low()).isLessThan(macro.value());
  }

  @Test
  void correlationsOfScoresAreThoseOfTheirDeviations() {
    double[] predicted = {2, 1, 4, 3, 7};
    double[] gold = {1, 2, 3, 4, 5};
    // sum of products 12, sums of squares 10 and 21.2
    assertThat(PEARSON.compute(predicted, gold)).isEqualTo(12 / Math.sqrt(212), within(1e-9));
    // 1 - 6 * (1 + 1 + 1 + 1 + 0) / (5 * 24)
    assertThat(SPEARMAN.compute(predicted, gold)).isEqualTo(0.8, within(1e-9));
  }

  @Test
  void ofSeveralScoresTheMeanOfTheirCorrelationsCounts() {
    double[] predicted = {2, 9, 1, 7, 4, 5, 3, 3, 7, 1};
    double[] gold = {1, -1, 2, -2, 3, -3, 4, -4, 5, -5};
    double second = PEARSON.compute(new double[] {9, 7, 5, 3, 1}, new double[] {5, 4, 3, 2, 1});
    assertThat(PEARSON.compute(predicted, gold, 2))
        .isEqualTo((12 / Math.sqrt(212) + second) / 2, within(1e-9));
    assertThat(SPEARMAN.estimate(predicted, gold, 2, 1).value()).isEqualTo(0.9, within(1e-9));
  }

  @Test
  void spearmanGivesTiesTheirAverageRank() {
    // ranks 1, 2.5, 2.5, 4 and 1, 2, 3.5, 3.5: sum of products 3.75, sums of squares 4.5
    assertThat(SPEARMAN.compute(new double[] {1, 2, 2, 4}, new double[] {10, 20, 30, 30}))
        .isEqualTo(3.75 / 4.5, within(1e-9));
  }

  @Test
  void whereClassesAreConstantTheValuesAreThoseOfScikitLearn() {
    assertThat(ACCURACY.compute(NEVER, GOLD)).isEqualTo(0.6);
    assertThat(F1.compute(NEVER, GOLD)).isZero();
    assertThat(F1.compute(NEVER, NEVER)).isZero();
  }

  @Test
  void whereScoresAreConstantOrNotANumberTheValuesAreThoseOfSciPy() {
    double[] gold = {1, 2, 3};
    for (StandardMetric metric : new StandardMetric[] {PEARSON, SPEARMAN}) {
      assertThat(metric.compute(new double[] {0.1, 0.1, 0.1}, gold)).isNaN();
      assertThat(metric.compute(gold, new double[] {0.1, 0.1, 0.1})).isNaN();
      assertThat(metric.compute(new double[] {1, Double.NaN, 3}, gold)).isNaN();
      assertThat(metric.estimate(new double[] {0.1, 0.1, 0.1}, gold, 1, 1))
          .isEqualTo(new Estimate(Double.NaN, Double.NaN, Double.NaN));
    }
  }

  @Test
  void anIntervalIsOverTheExamples() {
    assertThat(ACCURACY.estimate(PREDICTED, GOLD, 1, 1)).isEqualTo(Estimate.proportion(8, 10));
    Estimate f1 = F1.estimate(PREDICTED, GOLD, 1, 1);
    assertThat(f1.value()).isEqualTo(0.75);
    assertThat(f1.low()).isBetween(0.0, 0.6);
    assertThat(f1.high()).isEqualTo(1);
  }

  @Test
  void unevenSidesAndNoExamplesAreErrors() {
    assertThatThrownBy(() -> F1.compute(new double[3], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The f1 of 3 predictions and 2 gold answers: expected as many of both, and at least one.");
    assertThatThrownBy(() -> ACCURACY.compute(new double[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
