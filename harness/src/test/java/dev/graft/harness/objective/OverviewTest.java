package dev.graft.harness.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.ExampleList;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.TinyTexts;
import dev.graft.host.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OverviewTest {
  @TempDir private Path folder;

  private static ExampleList examples(String... texts) {
    return ExampleList.of(List.of(texts).stream().map(text -> Example.of(text, 0)).toList());
  }

  @Test
  void lengthsAreThoseOfWhatIsReadAndWhatIsCutIsCounted() {
    try (Tokenizer tokenizer = Tokenizer.open(new TinyStudy(folder).model(), 5)) {
      ExampleList texts = examples("w10", "w10 w11 w12", "w10 w11 w12 w13", "w10 w11 w12 w13 w14");
      Examples read = new TokenisedExamples(texts, tokenizer, tokens -> {});

      assertThat(Overview.Part.of("training", read))
          .isEqualTo(new Overview.Part("training", 4, 4, 5, 5, 2));
    }
  }

  @Test
  void ofAHugeSplitAFewAreLookedAtAndAllThatAreDoubtful() {
    try (Tokenizer tokenizer = Tokenizer.open(new TinyTexts(folder).model(), 5)) {
      List<Example> many = new ArrayList<>(Collections.nCopies(50_001, Example.of("w10", 0)));
      ExampleList fine = ExampleList.of(many);
      many.set(7, Example.of(" ", 0));
      Examples blank = new TokenisedExamples(ExampleList.of(many), tokenizer, tokens -> {});

      assertThat(Overview.Part.of("a", new TokenisedExamples(fine, tokenizer, tokens -> {})))
          .isEqualTo(new Overview.Part("a", 50_001, 10_000, 1, 1, 0));
      assertThatThrownBy(() -> Overview.Part.of("a", blank)).hasMessageContaining("example 8");
    }
  }

  @Test
  void doublesAreFoundWhereverTheyStand() {
    assertThat(Overview.doubles(examples("a", "b", "c", "b"), examples("b", "d", "c", "c")))
        .containsExactly("example 2", "example 3", "example 4");
  }
}
