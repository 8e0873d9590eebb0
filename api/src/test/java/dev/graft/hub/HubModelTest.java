package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HubModelTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @Test
  void aNameWithoutARevisionMeansMain() {
    assertThat(HubModel.parse("hf:google-bert/bert-base-uncased"))
        .isEqualTo(new HubModel("google-bert/bert-base-uncased", "main"))
        .hasToString("hf:google-bert/bert-base-uncased");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:gpt2",
        "hf:gpt2@v1.0",
        "hf:Qwen/Qwen2.5-0.5B@refs/pr/12",
        "hf:a/b@" + COMMIT,
        "hf:org_1/name_2"
      })
  void namesAreWrittenAsTheyAreRead(String name) {
    assertThat(HubModel.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:",
        "hf:/name",
        "hf:org/",
        "hf:a/b/c",
        "hf:a/b@",
        "hf:a/b@../../main",
        "hf:a/b@/main",
        "hf:../b",
        "hf:a/b..c",
        "hf:a--b/c",
        "hf:a/b c",
        "hf:a/b?x=1",
        "hf:a/b@x%2e",
        "a/b"
      })
  void otherTextsNameNoModel(String text) {
    assertThatThrownBy(() -> HubModel.parse(text)).isInstanceOf(GraftException.class);
  }

  @Test
  void onlyAWholeCommitHashPins() {
    assertThat(HubModel.parse("hf:a/b@" + COMMIT).isPinned()).isTrue();
    assertThat(HubModel.parse("hf:a/b").at(COMMIT).isPinned()).isTrue();
    assertThat(HubModel.parse("hf:a/b@0123456").isPinned()).isFalse();
    assertThat(HubModel.parse("hf:a/b").isPinned()).isFalse();
  }
}
