package dev.graft.harness;

import com.google.gson.Gson;
import dev.graft.GraftException;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks that the folders which {@code tokenizer_cases.py} wrote give the tokens that transformers
 * gave there, or are refused. After the build, in the repository's folder:
 *
 * <pre>
 *   python3 harness/src/test/resources/dev/graft/harness/tokenizer_cases.py CASES
 *   java -cp 'harness/target/test-classes:harness/target/dist/lib/*' dev.graft.harness.TokenizerCheck CASES
 * </pre>
 */
final class TokenizerCheck {
  private static final Gson GSON = new Gson();

  private TokenizerCheck() {}

  /** Takes the folder of cases. A line is printed for each; the exit code is 1 if any fails. */
  public static void main(String... arguments) throws IOException {
    List<Path> cases;
    try (Stream<Path> folders = Files.list(Path.of(arguments[0]))) {
      cases = folders.filter(Files::isDirectory).sorted().toList();
    }
    int failed = 0;
    for (Path folder : cases) {
      String failure = failure(folder);
      failed += failure.isEmpty() ? 0 : 1;
      System.out.println(
          (failure.isEmpty() ? "ok     " : "FAILED ") + folder.getFileName() + failure);
    }
    System.out.println((cases.size() - failed) + " of " + cases.size() + " cases hold");
    System.exit(failed == 0 && !cases.isEmpty() ? 0 : 1);
  }

  private static String failure(Path folder) throws IOException {
    boolean isRefused = !Files.exists(folder.resolve("expected.json"));
    String[][] texts = json(folder.resolve("texts.json"), String[][].class);
    try (Tokenizer tokenizer = Tokenizer.open(folder, 4096)) {
      return isRefused
          ? ": was not refused"
          : different(tokenizer, texts, json(folder.resolve("expected.json"), long[][][].class));
    } catch (GraftException e) {
      System.out.println(e.getMessage().indent(7).stripTrailing());
      return isRefused ? "" : ": was refused";
    }
  }

  private static String different(Tokenizer tokenizer, String[][] texts, long[][][] expected) {
    StringBuilder different = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      Tokens tokens =
          texts[i].length == 1
              ? tokenizer.encode(texts[i][0])
              : tokenizer.encode(texts[i][0], texts[i][1]);
      if (!Arrays.equals(tokens.ids(), expected[i][0])
          || !Arrays.equals(tokens.types(), expected[i][1])) {
        different.append("\n       ").append(GSON.toJson(texts[i])).append(": ");
        different.append(Arrays.toString(tokens.ids())).append(" and not ");
        different.append(Arrays.toString(expected[i][0]));
      }
    }
    return different.toString();
  }

  private static <T> T json(Path file, Class<T> type) throws IOException {
    return GSON.fromJson(Files.readString(file), type);
  }
}
