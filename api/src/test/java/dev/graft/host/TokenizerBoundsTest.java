package dev.graft.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native library ends the process where it can't go on: it must not be brought there. */
public final class TokenizerBoundsTest {
  /** Tokenizers that are damaged; {@code -Dgraft.tokenizers=3000} tries more. */
  private static final int MUTATIONS = Integer.getInteger("graft.tokenizers", 80);

  @TempDir Path folder;

  @Test
  void originalsAreUsed() throws IOException {
    TokenizerOriginals.write(folder);
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> tokenizers = files.filter(file -> file.endsWith("tokenizer.json")).toList();
      assertThat(tokenizers).hasSizeGreaterThan(10);
      tokenizers.forEach(file -> TokenizerTrials.use(file.getParent(), 512));
    }
  }

  @Test
  void aDamagedTokenizerIsAnAnswerOrARefusal() throws IOException, InterruptedException {
    TokenizerOriginals.write(folder.resolve("originals"));
    Path output = folder.resolve("output");
    int exitCode =
        JavaProcess.of(
                TokenizerTrials.class,
                folder.resolve("originals"),
                folder.resolve("mutated"),
                0,
                MUTATIONS)
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start()
            .waitFor();

    List<String> outcomes =
        Files.readAllLines(output).stream().filter(line -> !line.endsWith(" begins")).toList();
    assertThat(exitCode).as(() -> "after " + outcomes.size()).isZero();
    assertThat(outcomes).hasSize(MUTATIONS).noneMatch(line -> line.contains(" untyped "));
    assertThat(outcomes).anyMatch(line -> line.endsWith("answer"));
  }

  @Test
  void aShortHeapIsAnErrorOfJava() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("tokenizer.json"), TokenizerTest.JSON);
    Path output = folder.resolve("output");
    ProcessBuilder process = JavaProcess.of(Encoding.class, folder, 20_000);
    process
        .command()
        .addAll(process.command().indexOf("-cp"), List.of("-Xmx16m", "-XX:+UseSerialGC"));
    int exitCode =
        process.redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();

    assertThat(exitCode).as(() -> "Java ends so, its library by a signal").isBetween(0, 1);
    assertThat(output).content().contains("java.lang.OutOfMemoryError");
  }

  /** Encodes lines of many tokens until the heap is full. */
  public static final class Encoding {
    private Encoding() {}

    public static void main(String[] arguments) {
      int lines = Integer.parseInt(arguments[1]);
      try (Tokenizer tokenizer = Tokenizer.open(Path.of(arguments[0]), 512)) {
        List<String> texts = Collections.nCopies(lines, "a good film, filming ".repeat(100));
        System.out.println(tokenizer.encodeAll(texts).size());
      } catch (OutOfMemoryError e) {
        System.out.println(e);
      }
    }
  }

  @Test
  void aTextOfAMillionWordsIsRefusedAndAShorterOneCut() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), TokenizerTest.JSON);
    try (Tokenizer tokenizer = Tokenizer.open(folder, 8)) {
      assertThat(tokenizer.encode("film ".repeat(100_000)).length()).isEqualTo(8);
      assertThatThrownBy(() -> tokenizer.encode("film ".repeat(1_000_000)))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("too long to be encoded");
      String half = "film ".repeat(20_000);
      assertThatThrownBy(() -> tokenizer.encode(half, half))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("too long to be encoded");
      assertThat(tokenizer.encode(half, "good").length()).isEqualTo(8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(?:a|a)*b",
        "\\s*\\s*x",
        "(a|aa){1,30}b",
        "(a)\\1",
        "(?<x>a)\\g<x>",
        "a(?i)(b+)+c",
        "(?:(?:a{1,99}){1,99}){1,99}b",
        "[a-z]+[a-z]+!",
        "(?=(a+)+b)c",
        "((a",
        "[a",
        "(?x) a+ b"
      })
  void anExpressionThatMayTryForEverIsRefused(String expression) throws IOException {
    assertThatThrownBy(() -> split(expression))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("a regular expression that is sure to end soon");
  }

  /** Those of GPT-2, GPT-4, GPT-4o, Llama 3, Qwen2, DeBERTa, Bloom and StarCoder among them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+|"
            + " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|"
            + "\\s+(?!\\S)|\\s+",
        "\\s{2,}|[\\n\\r\\t]",
        " ?[^(\\s|[.,!?…。，、।۔،])]+",
        "\\d{1,3}(?=(?:\\d{3})*\\b)",
        " {2,}",
        "[0-9][0-9][0-9]",
        "\\w+|[^\\w\\s]+"
      })
  void anExpressionOfATokenizerThatIsThereIsTaken(String expression) throws IOException {
    split(expression).close();
  }

  private Tokenizer split(String expression) throws IOException {
    String split =
        "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"%s\"}, \"behavior\": \"Isolated\", \"invert\":"
            + " false}";
    String json =
        TokenizerTest.JSON.replace(
            "{\"type\": \"BertPreTokenizer\"}", split.formatted(expression.replace("\\", "\\\\")));
    Files.writeString(folder.resolve("tokenizer.json"), json);
    return Tokenizer.open(folder, 512);
  }
}
