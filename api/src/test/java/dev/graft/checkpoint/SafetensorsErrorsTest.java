package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsErrorsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("x.safetensors");
  }

  @Test
  void wholeNumbersAreNotConverted() throws IOException {
    write("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8);

    assertThatThrownBy(() -> Safetensors.open(file).floats("a"))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            Tensor 'a' of %s does not hold real numbers.
            Expected: F64, F32, F16 or BF16.
            Found: I64."""
                .formatted(file));
  }

  @Test
  void aMissingTensorIsAnErrorThatNamesSomeThatAreThere() throws IOException {
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4);

    assertThatThrownBy(() -> Safetensors.open(file).info("b"))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            %s has no tensor 'b'.
            Found: a.
            Check that the file belongs to this model."""
                .formatted(file));
  }

  @Test
  void aMissingFileIsAnError() {
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            There is no file %s.
            Expected: a safetensors file.
            Found: nothing.
            Check the path."""
                .formatted(file));
  }

  @Test
  void aFileThatEndsInItsFirstBytesIsAnError() throws IOException {
    Files.write(file, new byte[3]);

    assertDamaged(
        "its end is missing", "at least the 8 bytes that give the header's length", "3 bytes");
  }

  @Test
  void aFileThatEndsInItsHeaderIsAnError() throws IOException {
    Files.write(file, littleEndian(10).putLong(100).array());

    assertDamaged("its end is missing", "a header of 100 bytes", "10 bytes");
  }

  @Test
  void aFileThatEndsInItsContentsIsAnError() throws IOException {
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 15);

    assertDamaged("its end is missing", "16 bytes after the header", "15 bytes");
  }

  @Test
  void bytesAfterTheLastTensorAreAnError() throws IOException {
    write("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", 17);

    assertDamaged("bytes follow the last tensor", "16 bytes after the header", "17 bytes");
  }

  @Test
  void aFileOfAnotherKindIsAnError() throws IOException {
    Files.writeString(file, "PK and so on, a zip file");

    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            %s is not a safetensors file.
            Expected: 8 bytes that give the length of a header, from 2 to 100000000.
            Found: 8295740938855140176.
            Give the path of a file that was saved as safetensors."""
                .formatted(file));
  }

  @Test
  void aGitPointerInPlaceOfTheWeightsIsAnErrorThatSaysSo() throws IOException {
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");

    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            %s is not a safetensors file.
            Expected: 8 bytes that give the length of a header, from 2 to 100000000.
            Found: a Git LFS pointer.
            Run 'git lfs pull' in the folder it comes from."""
                .formatted(file));
  }

  @Test
  void aHeaderThatIsNoJsonObjectIsAnError() throws IOException {
    for (String header : List.of("[1, 2]", "{\"a", "{} {}", "{\"a\":{\"dtype\":7,}}", "{'a':1}")) {
      write(header, 0);
      assertThatThrownBy(() -> Safetensors.open(file))
          .as(header)
          .isInstanceOf(GraftException.class)
          .hasMessageStartingWith(file + " is damaged: its header can't be read.\n")
          .hasMessageContaining("\nExpected: a JSON object.\nFound: ")
          .hasMessageEndingWith("\nCopy, download or save the file again.");
    }
  }

  @Test
  void aHeaderThatIsNoTextIsAnError() throws IOException {
    Files.write(file, littleEndian(12).putLong(4).putInt(0xfefefefe).array());

    assertDamaged("its header can't be read", "a JSON object", "Input length = 1");
  }

  @Test
  void aNameThatOccursTwiceIsAnError() throws IOException {
    write(
        """
        {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},\
        "a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}""",
        8);

    assertDamaged("its header is ambiguous", "each name once", "'a' twice");
  }

  @Test
  void aTensorWithoutADescriptionIsAnError() throws IOException {
    for (String entry :
        List.of(
            "null",
            "{}",
            "{\"dtype\":\"F32\",\"shape\":[2]}",
            "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}",
            "{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,8]}")) {
      write("{\"a\":" + entry + "}", 8);
      assertDamaged("tensor 'a' is not described", "dtype, shape and two data_offsets", entry);
    }
  }

  @Test
  void anImpossibleShapeIsAnError() throws IOException {
    for (String shape : List.of("[-1]", "[3037000500, 3037000500]", "[4611686018427387904, 4]")) {
      write("{\"a\":{\"dtype\":\"U8\",\"shape\":" + shape + ",\"data_offsets\":[0,8]}}", 8);
      assertDamaged("tensor 'a' has no possible shape", "sizes from 0 up", shape);
    }
  }

  @Test
  void anUnknownTypeIsAnErrorThatListsTheKnownOnes() throws IOException {
    write("{\"a\":{\"dtype\":\"F12\",\"shape\":[2],\"data_offsets\":[0,3]}}", 3);

    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            %s: tensor 'a' has a type that Graft doesn't know.
            Expected: one of [BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, I32, U32, F32, \
            F64, I64, U64].
            Found: 'F12'.
            Save the tensor as one of these types."""
                .formatted(file));
  }

  @Test
  void contentsThatDoNotFitTheShapeAreAnError() throws IOException {
    for (String offsets : List.of("[0, 7]", "[8, 0]", "[-8, 0]")) {
      write("{\"a\":{\"dtype\":\"F16\",\"shape\":[2, 2],\"data_offsets\":" + offsets + "}}", 8);
      assertDamaged(
          "tensor 'a' doesn't fit its shape", "8 bytes for F16 [2, 2]", "data_offsets " + offsets);
    }
  }

  @Test
  void overlapsAndGapsAreErrors() throws IOException {
    String twoTensors =
        """
        {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},\
        "b":{"dtype":"U8","shape":[4],"data_offsets":[%d,%d]}}""";
    write(twoTensors.formatted(3, 7), 7);
    assertDamaged("tensor 'b' overlaps the contents before it", "data_offsets from 4", "from 3");
    write(twoTensors.formatted(5, 9), 9);
    assertDamaged(
        "tensor 'b' leaves a gap after the contents before it", "data_offsets from 4", "from 5");
  }

  @Test
  void metadataThatIsNoTextIsAnError() throws IOException {
    write("{\"__metadata__\":{\"step\":7}}", 0);
    assertDamaged("its metadata can't be read", "a text for 'step'", "7");
    write("{\"__metadata__\":[]}", 0);
    assertDamaged("its metadata can't be read", "a JSON object of texts", "[]");
  }

  private void assertDamaged(String what, String expected, String found) {
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            %s is damaged: %s.
            Expected: %s.
            Found: %s.
            Copy, download or save the file again."""
                .formatted(file, what, expected, found));
  }

  private void write(String header, int contents) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Files.write(
        file, littleEndian(8 + json.length + contents).putLong(json.length).put(json).array());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
