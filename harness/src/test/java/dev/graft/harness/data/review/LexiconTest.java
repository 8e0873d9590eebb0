package dev.graft.harness.data.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LexiconTest {
  private static final Lexicon TRAIN = Lexicon.read("train");
  private static final Lexicon TEST = Lexicon.read("test");

  @Test
  void bothLexiconsHaveTheSameUsesForBothLabels() {
    assertThat(TRAIN.words().keySet()).isEqualTo(TEST.words().keySet());
    assertThat(TRAIN.words().keySet().stream().filter(use -> use.startsWith("+")))
        .containsExactlyInAnyOrderElementsOf(
            TRAIN.words().keySet().stream()
                .filter(use -> use.startsWith("-"))
                .map(use -> use.replace('-', '+'))
                .toList());
  }

  @Test
  void thereAreSeveralHundredWords() {
    assertThat(Words.of(TRAIN)).hasSizeGreaterThan(150);
    assertThat(Words.of(TEST)).hasSizeGreaterThan(150);
  }

  @Test
  void noWordOfTheTestSplitIsOneOfTrainingInAnyForm() {
    assertThat(stems(TEST)).doesNotContainAnyElementsOf(stems(TRAIN));
  }

  @Test
  void noWordStandsForBothLabels() {
    for (Lexicon lexicon : List.of(TRAIN, TEST)) {
      assertThat(words(lexicon, "+")).doesNotContainAnyElementsOf(words(lexicon, "-"));
    }
  }

  @Test
  void templatesAndTopicsHaveNoWordThatCarriesSentiment() {
    Set<String> stems =
        List.of("templates.txt", "topics.txt").stream()
            .flatMap(resource -> Sections.read(resource).values().stream())
            .flatMap(List::stream)
            .flatMap(line -> Words.tokens(line.replaceAll("\\{[^}]*}", " ")).stream())
            .map(Words::stem)
            .collect(Collectors.toSet());

    assertThat(stems).hasSizeGreaterThan(100);
    assertThat(stems).doesNotContainAnyElementsOf(stems(TRAIN));
    assertThat(stems).doesNotContainAnyElementsOf(stems(TEST));
  }

  @Test
  void formsOfOneWordHaveOneStem() {
    assertThat(List.of("disappointed", "disappointing", "disappointment"))
        .extracting(Words::stem)
        .containsOnly(Words.stem("disappoint"));
    assertThat(Words.stem("unfriendly")).isEqualTo(Words.stem("friendly"));
    assertThat(Words.stem("beautifully")).isEqualTo(Words.stem("beautiful"));
    assertThat(Words.stem("enjoyable")).isEqualTo(Words.stem("enjoyed"));
    assertThat(Words.stem("tasteless")).isEqualTo(Words.stem("tasty"));
    assertThat(Words.stem("loved")).isEqualTo(Words.stem("lovely"));
  }

  private static Set<String> words(Lexicon lexicon, String sign) {
    return lexicon.words().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(sign))
        .flatMap(entry -> entry.getValue().stream())
        .map(Lexicon.Word::text)
        .collect(Collectors.toSet());
  }

  private static Set<String> stems(Lexicon lexicon) {
    return Words.stems(Words.of(lexicon));
  }
}
