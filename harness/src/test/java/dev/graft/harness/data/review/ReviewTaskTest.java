package dev.graft.harness.data.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.Task;
import dev.graft.harness.measure.StandardMetric;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReviewTaskTest {
  private static final Task TASK = ReviewTask.generate(ReviewTask.Sizes.DEFAULT, 0);
  private static final List<Example> ALL =
      Stream.of(TASK.train(), TASK.validation(), TASK.test()).flatMap(List::stream).toList();

  @Test
  void itIsATaskOfTwoClasses() {
    assertThat(TASK.name()).isEqualTo("reviews");
    assertThat(TASK.labels()).containsExactly("negative", "positive");
    assertThat(TASK.metrics()).containsExactly(StandardMetric.ACCURACY);
    assertThat(TASK.train()).hasSize(1200);
    assertThat(TASK.validation()).hasSize(200);
    assertThat(TASK.test()).hasSize(600);
  }

  @Test
  void theTaskIsTheSameOnEveryMachine() {
    assertThat(TASK.contentHash())
        .isEqualTo("dc475ac85278b4065e192bd621c63b5af7441bbf21dcfe9eb0c5480f50611b0f");
  }

  @Test
  void anotherSeedGivesOtherSentences() {
    Task other = ReviewTask.generate(ReviewTask.Sizes.DEFAULT, 1);

    assertThat(texts(other.train())).doesNotContainSequence(texts(TASK.train()).subList(0, 2));
    assertThat(texts(other.test())).doesNotContainSequence(texts(TASK.test()).subList(0, 2));
    assertThat(other.contentHash()).isNotEqualTo(TASK.contentHash());
  }

  @Test
  void aLargerTrainingSplitLeavesTheOthersUnchanged() {
    Task larger = ReviewTask.generate(new ReviewTask.Sizes(2000, 200, 600), 0);

    assertThat(larger.train()).hasSize(2000);
    assertThat(larger.validation()).isEqualTo(TASK.validation());
    assertThat(larger.test()).isEqualTo(TASK.test());
  }

  @Test
  void noSentenceOccursTwice() {
    assertThat(texts(ALL)).doesNotHaveDuplicates();
  }

  @Test
  void theWordsThatCarrySentimentInTheTestSplitNeverOccurInTraining() {
    Set<String> testWords = Words.stems(Words.of(Lexicon.read("test")));
    Set<String> trainWords = Words.stems(Words.of(Lexicon.read("train")));

    assertThat(Words.stems(texts(TASK.train()))).doesNotContainAnyElementsOf(testWords);
    assertThat(Words.stems(texts(TASK.validation()))).doesNotContainAnyElementsOf(testWords);
    assertThat(Words.stems(texts(TASK.test()))).doesNotContainAnyElementsOf(trainWords);
    assertThat(used(testWords, TASK.test())).isGreaterThan(0.9);
    assertThat(used(trainWords, TASK.train())).isGreaterThan(0.9);
  }

  /** So topic, aspect, figure, negation, intensity and the number of words are balanced exactly. */
  @Test
  void withoutTheWordsThatCarrySentimentBothLabelsHaveTheSameSentences() {
    for (List<Example> split : List.of(TASK.train(), TASK.validation(), TASK.test())) {
      assertThat(masked(split, 0)).hasSize(split.size() / 2).isEqualTo(masked(split, 1));
    }
  }

  @Test
  void lengthAndArticlesTellNothing() {
    for (List<Example> split : List.of(TASK.train(), TASK.test())) {
      assertThat(meanPerSentence("\\w+", split, 1))
          .isCloseTo(meanPerSentence("\\w+", split, 0), within(0.2));
      assertThat(meanPerSentence(".", split, 1))
          .isCloseTo(meanPerSentence(".", split, 0), within(2.0));
      assertThat(meanPerSentence("\\b[Aa]n\\b", split, 1))
          .isCloseTo(meanPerSentence("\\b[Aa]n\\b", split, 0), within(0.08));
    }
  }

  @Test
  void sentencesAreWellFormed() {
    assertThat(texts(ReviewTask.generate(new ReviewTask.Sizes(2, 2, 6000), 5).test()))
        .allSatisfy(
            text -> {
              assertThat(text).matches("\\p{Lu}[\\p{L}',;:. -]*[.!]");
              assertThat(text).doesNotContainPattern("  | [,;:.!]|[,;:.] ?[,;:.!]");
              assertThat(text).doesNotContainPattern("\\b[Aa] (?!use)[aeiou]|\\b[Aa]n [^aeiou]");
              assertThat(text).doesNotContainPattern("\\b(\\w+) \\1\\b");
              assertThat(Words.tokens(text)).hasSizeBetween(6, 26);
            });
  }

  @Test
  void aSplitOfAnOddSizeIsRefused() {
    assertThatThrownBy(() -> new ReviewTask.Sizes(1200, 200, 601))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ReviewTask.Sizes(0, 0, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> texts(List<Example> examples) {
    return examples.stream().map(Example::text).toList();
  }

  /** The share of the words that occur at all. */
  private static double used(Set<String> words, List<Example> split) {
    Set<String> found = Words.stems(texts(split));
    return words.stream().filter(found::contains).count() / (double) words.size();
  }

  /** The sentences of a label with their words of sentiment struck out, sorted. */
  private static List<String> masked(List<Example> split, int label) {
    String words =
        Stream.of("train", "test")
            .flatMap(name -> Words.of(Lexicon.read(name)).stream())
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .reduce((a, b) -> a + "|" + b)
            .orElseThrow();
    Pattern mask = Pattern.compile("\\b((an?) )?(" + words + ")\\b", Pattern.CASE_INSENSITIVE);
    return split.stream()
        .filter(example -> example.label() == label)
        .map(
            example ->
                mask.matcher(example.text()).replaceAll(m -> m.group(2) == null ? "_" : "a _"))
        .sorted()
        .toList();
  }

  private static double meanPerSentence(String pattern, List<Example> split, int label) {
    Pattern compiled = Pattern.compile(pattern);
    return texts(split.stream().filter(example -> example.label() == label).toList()).stream()
        .mapToLong(text -> compiled.matcher(text).results().count())
        .average()
        .orElseThrow();
  }
}
