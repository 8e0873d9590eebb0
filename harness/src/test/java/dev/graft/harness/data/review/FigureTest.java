package dev.graft.harness.data.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void figuresAreDrawnByTheirShares() {
    Random random = new Random(0);
    int draws = 100_000;
    Map<Figure, Integer> counts = new EnumMap<>(Figure.class);
    for (int i = 0; i < draws; i++) {
      counts.merge(Figure.at(random.nextDouble()), 1, Integer::sum);
    }

    assertThat(Arrays.stream(Figure.values()).mapToDouble(Figure::share).sum())
        .isCloseTo(1, within(1e-12));
    assertThat(Figure.values())
        .allSatisfy(
            figure ->
                assertThat(counts.get(figure) / (double) draws)
                    .isCloseTo(figure.share(), within(0.01)));
  }

  @Test
  void everyFigureHasTemplates() {
    assertThat(Sections.read("templates.txt").keySet())
        .containsExactlyElementsOf(
            Arrays.stream(Figure.values())
                .map(figure -> figure.name().toLowerCase(Locale.ROOT))
                .toList());
  }
}
