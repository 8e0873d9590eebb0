package dev.graft.harness.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.measure.Measure;
import dev.graft.harness.measure.Perplexity;
import dev.graft.harness.measure.StandardMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SteeringTest {
  private static final double NONE = Double.NaN;

  /** After how many epochs of these values training ends, and which of them was the best. */
  private static List<Integer> outcome(Measure measure, int patience, double... values) {
    Steering steering = new Steering(measure, Optional.of(patience), true);
    List<Validation> validations = new ArrayList<>();
    while (validations.size() < values.length && !steering.isOver(validations)) {
      validations.add(new Validation(validations.size() + 1, values[validations.size()]));
    }
    return List.of(validations.size(), steering.best(validations).map(Validation::step).orElse(0));
  }

  @Test
  void trainingEndsAfterSoManyEpochsThatAreNoBetter() {
    assertThat(outcome(StandardMetric.ACCURACY, 1, 0.5, 0.6, 0.6, 0.9)).containsExactly(3, 2);
    assertThat(outcome(StandardMetric.ACCURACY, 2, 0.5, 0.6, 0.6, 0.9)).containsExactly(4, 4);
    assertThat(outcome(StandardMetric.ACCURACY, 2, 0.9, 0.8, 0.7, 1)).containsExactly(3, 1);
  }

  @Test
  void ofPerplexitiesTheSmallerIsTheBetter() {
    assertThat(outcome(Perplexity.PERPLEXITY, 2, 50, 20, 30, 40, 10)).containsExactly(4, 2);
  }

  @Test
  void whatIsNotANumberIsWorseThanAny() {
    assertThat(outcome(StandardMetric.PEARSON, 3, NONE, -0.9, NONE, NONE)).containsExactly(4, 2);
    assertThat(outcome(Perplexity.PERPLEXITY, 2, 50, NONE, NONE, 1)).containsExactly(3, 1);
    assertThat(outcome(StandardMetric.PEARSON, 2, NONE, NONE, 0.5)).containsExactly(2, 0);
  }

  @Test
  void withoutPatienceTrainingGoesOn() {
    Steering steering = new Steering(StandardMetric.ACCURACY, Optional.empty(), false);
    assertThat(steering.isAsked()).isFalse();
    assertThat(steering.isOver(List.of(new Validation(1, 0.9), new Validation(2, 0.1)))).isFalse();
  }
}
