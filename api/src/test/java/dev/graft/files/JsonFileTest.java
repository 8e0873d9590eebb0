package dev.graft.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private JsonFile read(String text) throws IOException {
    return JsonFile.read(Files.writeString(folder.resolve("x.json"), text));
  }
}
