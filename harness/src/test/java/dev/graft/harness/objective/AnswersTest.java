package dev.graft.harness.objective;

import static dev.graft.transformer.TaskHead.Problem.REGRESSION;
import static dev.graft.transformer.TaskHead.Problem.SINGLE_LABEL_CLASSIFICATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class AnswersTest {
  @Test
  void theClassOfTheLargestLogitIsPredicted() {
    Answers answers =
        new Answers(
            new float[][] {{-3, -1, -2}, {5, 5, 1}, {0, 1, 2}}, SINGLE_LABEL_CLASSIFICATION);
    assertThat(answers.predictions()).containsExactly(1, 0, 2);
  }

  @Test
  void scoresAreThePredictionsOfARegression() {
    assertThat(new Answers(new float[][] {{2.5f}, {-1}}, REGRESSION).predictions())
        .containsExactly(2.5, -1);
  }

  @Test
  void agreementCountsPredictionsAndDifferenceLooksAtLogits() {
    Answers answers =
        new Answers(new float[][] {{1, 2}, {2, 1}, {1, 1.5f}}, SINGLE_LABEL_CLASSIFICATION);
    Answers others =
        new Answers(new float[][] {{1, 4}, {1, 2}, {1, 1.5f}}, SINGLE_LABEL_CLASSIFICATION);
    assertThat(answers.agreements(others, 1e-4)).isEqualTo(2);
    assertThat(answers.difference(others)).isEqualTo(2);
  }

  @Test
  void scoresThatAreCloseAgree() {
    Answers answers = new Answers(new float[][] {{1}, {2}, {3}}, REGRESSION);
    Answers others = new Answers(new float[][] {{1.00001f}, {2.1f}, {3}}, REGRESSION);
    assertThat(answers.agreements(others, 1e-4)).isEqualTo(2);
    assertThat(answers.difference(others)).isCloseTo(0.1, within(1e-6));
  }
}
