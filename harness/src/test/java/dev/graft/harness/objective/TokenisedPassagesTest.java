package dev.graft.harness.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.data.Passages;
import dev.graft.harness.trial.TinyTexts;
import dev.graft.host.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenisedPassagesTest {
  private static final OptionalInt END = OptionalInt.of(TinyTexts.END);

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeAModel() {
    model = new TinyTexts(folder).model();
  }

  private TokenisedPassages tokenised(String lines, int maxLength, OptionalInt end)
      throws IOException {
    Path file = folder.resolve("lines.txt");
    Files.writeString(file, lines);
    try (Tokenizer tokenizer = Tokenizer.open(model, maxLength)) {
      return new TokenisedPassages(Passages.read(file), tokenizer, tokens -> {}, end);
    }
  }

  @Test
  void onlyWhatFollowsThePromptIsPredictedAndTheEnd() throws IOException {
    TokenisedPassages passages = tokenised("w10 w11\tw12 w13\nw20 w21\n", 16, END);

    assertThat(passages.size()).isEqualTo(2);
    assertThat(passages.targets(new int[] {0, 1}))
        .containsExactly(-100, -100, 12, 13, 59, -100, 21, 59, -100, -100);
    assertThat(passages.predicted(0)).isEqualTo(3);
    assertThat(passages.predicted(1)).isEqualTo(2);
    assertThat(passages.batch(new int[] {0, 1}, 0).tokens()).isEqualTo(5 + 3);
  }

  @Test
  void aModelWithoutAnEndGetsNone() throws IOException {
    assertThat(tokenised("w10\tw12\n", 16, OptionalInt.empty()).targets(new int[] {0}))
        .containsExactly(-100, 12);
  }

  @Test
  void whatIsTooLongIsCutAtItsEnd() throws IOException {
    assertThat(tokenised("w10 w11\tw12 w13\n", 3, END).targets(new int[] {0}))
        .containsExactly(-100, -100, 12);
  }
}
