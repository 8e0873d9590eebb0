package dev.graft.harness.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.graft.api.GraftException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlueErrorsTest {
  private static final String STS_HEADER = "sentence1\tsentence2\tscore\n";

  @TempDir private Path folder;

  @BeforeEach
  void writeASoundFolder() throws IOException {
    write("train.tsv", "sentence\tlabel\nfine\t1\n");
    write("dev.tsv", "sentence\tlabel\ngrand\t1\n");
  }

  @Test
  void aMissingFolder() {
    Path missing = folder.resolve("none");

    assertError(
        missing,
        """
        There is no task folder here.
          in: %s
          expected: a folder with train.tsv and dev.tsv
          found: nothing"""
            .formatted(missing));
  }

  @Test
  void aFileInPlaceOfAFolder() {
    Path file = folder.resolve("dev.tsv");

    assertError(
        file,
        """
        There is no task folder here.
          in: %s
          expected: a folder with train.tsv and dev.tsv
          found: a file"""
            .formatted(file));
  }

  @Test
  void aMissingFile() throws IOException {
    Files.delete(folder.resolve("dev.tsv"));

    assertError(
        """
        The task folder lacks dev.tsv.
          in: FOLDER
          expected: a GLUE folder with train.tsv and dev.tsv""");
  }

  @Test
  void aMissingColumn() throws IOException {
    write("train.tsv", "sentence\tlable\nfine\t1\n");

    assertError(
        """
        The file lacks a column that the layout of SST-2 has.
          missing: label
          in: FOLDER/train.tsv, line 1
          expected: sentence, label
          found: sentence, lable
          known layouts: SST-2 (sentence, label); MRPC (#1 String, #2 String, Quality); STS-B (sentence1, sentence2, score)""");
  }

  @Test
  void aDevFileOfAnotherLayoutThanTheTrainFile() throws IOException {
    write("dev.tsv", STS_HEADER + "a\tb\t1\n");

    assertError(
        """
        The file lacks columns that the layout of SST-2 has.
          missing: sentence, label
          in: FOLDER/dev.tsv, line 1
          expected: sentence, label
          found: sentence1, sentence2, score
          known layouts: SST-2 (sentence, label); MRPC (#1 String, #2 String, Quality); STS-B (sentence1, sentence2, score)""");
  }

  @Test
  void whatAnErrorQuotesIsCutShort() throws IOException {
    write("train.tsv", "no header, only text ".repeat(50) + "\t1\nfine\t1\n");

    GraftException error =
        catchThrowableOfType(GraftException.class, () -> GlueReader.read(folder));

    assertThat(error).hasMessageContaining("found: no header, only text no header");
    assertThat(error.getMessage().lines()).allMatch(line -> line.length() < 200);
  }

  @Test
  void tooFewCells() throws IOException {
    write("train.tsv", "sentence\tlabel\nfine\t1\ndull 0\n");

    assertError(
        """
        The line has too few cells.
          in: FOLDER/train.tsv, line 3
          expected: 2, separated by tabs: sentence, label
          found: 1
          a quotation mark does not protect a tab or the end of a line""");
  }

  @Test
  void tooManyCells() throws IOException {
    write("dev.tsv", "sentence\tlabel\n\"a\tb\"\t1\n");

    assertError(
        """
        The line has too many cells.
          in: FOLDER/dev.tsv, line 2
          expected: 2, separated by tabs: sentence, label
          found: 3
          a quotation mark does not protect a tab or the end of a line""");
  }

  @Test
  void anUnknownLabel() throws IOException {
    write("dev.tsv", "sentence\tlabel\ngrand\t1\nso so\t2\n");

    assertError(
        """
        The label is unknown.
          in: FOLDER/dev.tsv, line 3, column 'label'
          expected: 0 (negative) or 1 (positive)
          found: '2'""");
  }

  @Test
  void anUnparsableScore() throws IOException {
    write("train.tsv", STS_HEADER + "a\tb\tNaN\n");

    assertError(
        """
        The score is not a number.
          in: FOLDER/train.tsv, line 2, column 'score'
          expected: a number from 0 to 5
          found: 'NaN'""");
  }

  @Test
  void aScoreOutOfRange() throws IOException {
    write("train.tsv", STS_HEADER + "a\tb\t5.000\na\tb\t5.001\n");

    assertError(
        """
        The score is out of range.
          in: FOLDER/train.tsv, line 3, column 'score'
          expected: a number from 0 to 5
          found: '5.001'""");
  }

  @Test
  void aNegativeScore() throws IOException {
    write("train.tsv", STS_HEADER + "a\tb\t-0.2\n");

    assertError(
        """
        The score is out of range.
          in: FOLDER/train.tsv, line 2, column 'score'
          expected: a number from 0 to 5
          found: '-0.2'""");
  }

  @Test
  void anEmptyFile() throws IOException {
    write("train.tsv", "");

    assertError(
        """
        The file is empty.
          in: FOLDER/train.tsv
          expected: a line of column names, then examples""");
  }

  @Test
  void aFileOfAByteOrderMarkAlone() throws IOException {
    write("train.tsv", "\uFEFF");

    assertError(
        """
        The file is empty.
          in: FOLDER/train.tsv
          expected: a line of column names, then examples""");
  }

  @Test
  void aHeaderAlone() throws IOException {
    write("dev.tsv", "sentence\tlabel\n");

    assertError(
        """
        The file has no examples.
          in: FOLDER/dev.tsv
          expected: lines after the column names
          found: only sentence, label""");
  }

  @Test
  void aFileInLatin1() throws IOException {
    write("train.tsv", "sentence\tlabel\nfine\t1\na café\t1\n", StandardCharsets.ISO_8859_1);

    assertError(
        """
        The file is not UTF-8.
          in: FOLDER/train.tsv, line 3
          expected: tab-separated text in UTF-8
          found: bytes that are none
          convert it, for instance with iconv""");
  }

  @Test
  void aFileInUtf16() throws IOException {
    write("train.tsv", "sentence\tlabel\nfine\t1\n", StandardCharsets.UTF_16);

    assertError(
        """
        The file is not UTF-8.
          in: FOLDER/train.tsv, line 1
          expected: tab-separated text in UTF-8
          found: bytes that are none
          convert it, for instance with iconv""");
  }

  private void assertError(String message) {
    assertError(folder, message.replace("FOLDER", folder.toString()));
  }

  private static void assertError(Path folder, String message) {
    GraftException error =
        catchThrowableOfType(GraftException.class, () -> GlueReader.read(folder));

    assertThat(error).hasMessage(message);
    assertThat(error.kind()).isEqualTo(GraftException.Kind.INPUT);
  }

  private void write(String file, String text) throws IOException {
    write(file, text, StandardCharsets.UTF_8);
  }

  private void write(String file, String text, Charset charset) throws IOException {
    Files.write(folder.resolve(file), text.getBytes(charset));
  }
}
