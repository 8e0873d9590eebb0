package dev.graft.harness.report.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.data.Example;
import dev.graft.harness.model.TextPredictor;
import dev.graft.host.TaskHeadLayout;
import dev.graft.model.Answer;
import dev.graft.transformer.TaskHead;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AnswerTest {
  private static final TaskHead HEAD =
      new TaskHead(TaskHeadLayout.MEAN, List.of("no", "yes", "maybe"));

  @Test
  void probabilitiesAreTheSoftmaxHoweverLargeTheLogits() {
    Answer answer = Answer.of(new float[] {1000, (float) (1000 + Math.log(2)), 1000}, HEAD);

    assertThat(answer.labels()).containsExactly("yes");
    assertThat(answer.probabilities().keySet()).containsExactly("no", "yes", "maybe");
    assertThat(answer.probabilities().get("yes")).isCloseTo(0.5, within(1e-4));
    assertThat(answer.probabilities().values().stream().mapToDouble(p -> p).sum())
        .isCloseTo(1, within(1e-12));
    assertThat(AnswerText.line(answer)).isEqualTo("yes\tno=0.2500\tyes=0.5000\tmaybe=0.2500");
  }

  @Test
  void aRegressionAnswersWithItsScore() {
    Answer answer = Answer.of(new float[] {2.5f}, new TaskHead(TaskHeadLayout.MEAN, List.of()));

    assertThat(answer).isEqualTo(new Answer.Score(2.5));
    assertThat(AnswerText.line(answer)).isEqualTo("2.5000");
  }

  @Test
  void aTabSeparatesThePair() {
    assertThat(TextPredictor.example("one", "here"))
        .isEqualTo(new Example("one", Optional.empty(), Double.NaN));
    assertThat(TextPredictor.example("one\ttwo", "here").pair()).contains("two");
  }
}
