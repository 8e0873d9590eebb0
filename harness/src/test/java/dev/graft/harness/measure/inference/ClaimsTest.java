package dev.graft.harness.measure.inference;

import static dev.graft.harness.measure.inference.Claims.Answer.DIFFERENT;
import static dev.graft.harness.measure.inference.Claims.Answer.EQUIVALENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.inference.Claims.Claim;
import dev.graft.harness.measure.inference.Claims.Question;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static Question question(String first) {
    return new Question("accuracy", first, "full");
  }

  /** As {@code p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")} of R. */
  @Test
  void oneAnswerAQuestionIsCorrectedAsRDoes() {
    Claims claims =
        Claims.of(
            List.of(
                new Claim(question("a"), DIFFERENT, 0.01),
                new Claim(question("b"), DIFFERENT, 0.04),
                new Claim(question("c"), EQUIVALENT, 0.03),
                new Claim(question("d"), DIFFERENT, 0.005)));

    assertThat(claims.questions()).isEqualTo(4);
    assertThat(claims.alphaOfOne()).isEqualTo(0.0125);
    assertThat(claims.corrected(question("a"), DIFFERENT)).isEqualTo(0.03, within(1e-12));
    assertThat(claims.corrected(question("b"), DIFFERENT)).isEqualTo(0.06, within(1e-12));
    assertThat(claims.corrected(question("c"), EQUIVALENT)).isEqualTo(0.06, within(1e-12));
    assertThat(claims.corrected(question("d"), DIFFERENT)).isEqualTo(0.02, within(1e-12));
    assertThat(claims.allow(question("a"), DIFFERENT)).isTrue();
    assertThat(claims.allow(question("b"), DIFFERENT)).isFalse();
  }

  /** Arms that are different may still differ by less than the margin: the question stays open. */
  @Test
  void answersThatExcludeEachOtherCountOnceUntilBothAreGiven() {
    Claims claims =
        Claims.of(
            List.of(
                new Claim(question("a"), DIFFERENT, 0.001),
                new Claim(question("a"), EQUIVALENT, 0.02),
                new Claim(question("b"), DIFFERENT, 0.03),
                new Claim(question("b"), EQUIVALENT, 0.9)));

    assertThat(claims.questions()).isEqualTo(2);
    assertThat(claims.corrected(question("a"), DIFFERENT)).isEqualTo(0.002, within(1e-12));
    assertThat(claims.corrected(question("a"), EQUIVALENT)).isEqualTo(0.04, within(1e-12));
    assertThat(claims.corrected(question("b"), DIFFERENT)).isEqualTo(0.04, within(1e-12));
    assertThat(claims.corrected(question("b"), EQUIVALENT)).isEqualTo(0.9, within(1e-12));
  }

  @Test
  void oneQuestionNeedsNoCorrectionNothingExceedsOneAndWhatWasNotAskedIsNotAnswered() {
    Claims claims = Claims.of(List.of(new Claim(question("a"), DIFFERENT, 0.04)));

    assertThat(claims.corrected(question("a"), DIFFERENT)).isEqualTo(0.04);
    assertThat(claims.allow(question("a"), EQUIVALENT)).isFalse();
    assertThat(claims.allow(question("b"), DIFFERENT)).isFalse();
    assertThat(
            Claims.of(
                    List.of(
                        new Claim(question("a"), DIFFERENT, 0.9),
                        new Claim(question("b"), DIFFERENT, 0.8)))
                .corrected(question("b"), DIFFERENT))
        .isEqualTo(1);
    assertThat(Claims.of(List.of()).alphaOfOne()).isEqualTo(0.05);
  }
}
