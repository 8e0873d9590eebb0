package dev.graft.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RecipeTest {
  @Test
  void aValueOutOfRangeIsNamedWithItsRange() {
    assertThatThrownBy(() -> Recipe.DEFAULT.withEpochs(0))
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(GraftException.Kind.INPUT))
        .hasMessage("The epochs can't be 0.%n  expected: a whole number from 1".formatted());
    assertThatThrownBy(
            () -> new Recipe(1, 8, 0.1, 0, 1, Optional.of(Double.NaN), 64, Optional.empty()))
        .hasMessage("The learning rate can't be NaN.%n  expected: a number above 0".formatted());
    assertThatThrownBy(() -> new Recipe(1, 8, 0.1, 0, 1, Optional.empty(), 64, Optional.of(1.0)))
        .hasMessage(
            "The dropout of the host can't be 1.0.%n  expected: a probability from 0 to below 1"
                .formatted());
  }
}
