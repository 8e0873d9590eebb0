package dev.graft.harness.forgetting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.Tokens;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class QuestionsTest {
  private static final int VOCABULARY = 30_000;
  private static final long MASK = 103;

  /** [CLS], so many words that are their places plus 1000, [SEP]. */
  private static Tokens tokens(int words) {
    long[] ids =
        LongStream.range(0, words + 2L)
            .map(i -> i == 0 ? 101 : i == words + 1 ? 102 : 1000 + i)
            .toArray();
    return new Tokens(ids, new long[ids.length]);
  }

  private static boolean[] added(int words) {
    boolean[] added = new boolean[words + 2];
    added[0] = true;
    added[words + 1] = true;
    return added;
  }

  private static Questions masked(int words, int line) {
    return Questions.masked(tokens(words), added(words), MASK, VOCABULARY, line);
  }

  @Test
  void afterTheFirstEveryTokenOfTheTextIsPredicted() {
    boolean[] none = new boolean[5];
    assertThat(Questions.next(tokens(3), none).labels())
        .containsExactly(Questions.NONE, 1001, 1002, 1003, 102);
    assertThat(Questions.next(tokens(3), added(3)).labels())
        .containsExactly(Questions.NONE, 1001, 1002, 1003, Questions.NONE);
    assertThat(Questions.next(tokens(3), added(3)).count()).isEqualTo(3);
  }

  @Test
  void fifteenPercentAreMaskedAsInPretraining() {
    int masked = 0;
    int kept = 0;
    int all = 0;
    for (int line = 1; line <= 200; line++) {
      Questions asked = masked(100, line);
      assertThat(asked.count()).isEqualTo(15);
      for (int i = 0; i < asked.labels().length; i++) {
        long original = tokens(100).ids()[i];
        if (asked.labels()[i] == Questions.NONE) {
          assertThat(asked.tokens().ids()[i]).isEqualTo(original);
        } else {
          assertThat(asked.labels()[i]).isEqualTo(original).isNotIn(101L, 102L);
          all++;
          masked += asked.tokens().ids()[i] == MASK ? 1 : 0;
          kept += asked.tokens().ids()[i] == original ? 1 : 0;
        }
      }
    }
    assertThat(masked / (double) all).isBetween(0.78, 0.82);
    assertThat(kept / (double) all).isBetween(0.08, 0.12);
  }

  @Test
  void whatIsMaskedFollowsFromTheLineAlone() {
    assertThat(masked(40, 7).labels()).isEqualTo(masked(40, 7).labels());
    assertThat(masked(40, 7).tokens().ids()).isEqualTo(masked(40, 7).tokens().ids());
    assertThat(masked(40, 7).labels()).isNotEqualTo(masked(40, 8).labels());
  }

  @Test
  void aShortPassageHasOneMask() {
    assertThat(masked(1, 1).count()).isEqualTo(1);
    assertThat(masked(0, 1).count()).isZero();
    assertThat(Arrays.stream(masked(2, 3).labels()).filter(l -> l != Questions.NONE)).hasSize(1);
  }
}
