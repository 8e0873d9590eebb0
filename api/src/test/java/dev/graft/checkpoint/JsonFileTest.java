package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonFileTest {
  @TempDir Path folder;

  @Test
  void valuesAreReadByKey() throws IOException {
    JsonFile json =
        read(
            """
            {"int": 7, "double": 1e-12, "text": "gelu", "truth": true, "none": null, "map": {}}""");

    assertThat(json.requireInt("int")).isEqualTo(7);
    assertThat(json.requireDouble("double")).isEqualTo(1e-12);
    assertThat(json.requireString("text")).isEqualTo("gelu");
    assertThat(json.requireBoolean("truth")).isTrue();
    assertThat(json.requireObject("map").size()).isZero();
    assertThat(json.has("none")).isFalse();
    assertThat(json.intOr("none", 3)).isEqualTo(3);
    assertThat(json.doubleOr("absent", 0.1)).isEqualTo(0.1);
    assertThat(json.stringOr("absent", "absolute")).isEqualTo("absolute");
    assertThat(json.booleanOr("absent", true)).isTrue();
  }

  @Test
  void aMissingKeyIsAnError() throws IOException {
    JsonFile json = read("{\"a\": 1, \"b\": 2}");

    assertThatThrownBy(() -> json.requireInt("hidden_size"))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            %s lacks the key 'hidden_size'.
            Expected: a whole number.
            Found: the keys a, b.
            Use the file that was saved with the model."""
                .formatted(json.file()));
  }

  @Test
  void aValueOfTheWrongKindIsAnErrorEvenWhereTheKeyIsOptional() throws IOException {
    JsonFile json =
        read("{\"n\": \"32\", \"d\": 1.5, \"big\": 3000000000, \"t\": [1], \"b\": \"true\"}");

    assertThatThrownBy(() -> json.requireInt("n"))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            %s: the value of 'n' is of the wrong kind.
            Expected: a whole number.
            Found: "32"."""
                .formatted(json.file()));
    assertThatThrownBy(() -> json.intOr("d", 1)).hasMessageContaining("Found: 1.5.");
    assertThatThrownBy(() -> json.requireInt("big")).hasMessageContaining("a whole number");
    assertThatThrownBy(() -> json.stringOr("t", "")).hasMessageContaining("Expected: a text.");
    assertThatThrownBy(() -> json.booleanOr("b", true)).hasMessageContaining("true or false");
    assertThatThrownBy(() -> json.requireObject("n")).hasMessageContaining("an object");
  }

  @Test
  void aFileThatIsNoJsonObjectIsAnError() throws IOException {
    for (String text : List.of("", "[1]", "{\"a\": 1", "{\"a\": 1} 2", "{a: 1}")) {
      assertThatThrownBy(() -> read(text))
          .as(text)
          .isInstanceOf(GraftException.class)
          .hasMessageStartingWith(folder.resolve("x.json") + " can't be read.\n")
          .hasMessageContaining("Expected: a JSON object.\nFound: ");
    }
    assertThatThrownBy(() -> read("{\"a\": }"))
        .hasMessageContaining("line 1 column 7")
        .hasMessageEndingWith("Mend the file or take it from its source again.");
  }

  private JsonFile read(String text) throws IOException {
    return JsonFile.read(Files.writeString(folder.resolve("x.json"), text));
  }
}
