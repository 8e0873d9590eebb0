package dev.graft.host;

import dev.graft.GraftException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Uses a number of damaged tokenizers in every way there is, a line of output for each. */
final class TokenizerTrials {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a good film, filming!",
          "the  Aé<own> [MASK] xyz\u00a0\tnew the</s> <mask> the<|endoftext|>",
          "[CLS] a [SEP]  b [INST]",
          "\ud83d\ude00\ufdfa e\u0301\u0327 中文 カ\u3099 ﬁ ½ \u200d\ufeff",
          "\ud800 lone \0 nul",
          "a".repeat(600),
          " ".repeat(600) + "x",
          "1234567 0x41 \n\r\n  t",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
          "t1 t2 t200 t3",
          "the film's café isn't new.");

  private TokenizerTrials() {}

  /**
   * Tries some.
   *
   * @param arguments a folder with one {@code tokenizer.json} a folder, a folder to work in, and
   *     the numbers of the first mutation and of the one behind the last
   */
  public static void main(String[] arguments) throws IOException {
    List<String> originals = originals(Path.of(arguments[0]));
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    for (long i = Long.parseLong(arguments[2]); i < Long.parseLong(arguments[3]); i++) {
      String text = originals.get((int) (i % originals.size()));
      Files.writeString(folder.resolve("tokenizer.json"), TokenizerMutations.mutate(text, i));
      System.out.println(i + " begins");
      long start = System.nanoTime();
      String outcome = outcome(folder);
      long took = (System.nanoTime() - start) / 1_000_000;
      System.out.println(i + (took > 1000 ? " slow " : " ") + outcome);
    }
  }

  private static List<String> originals(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> texts = new ArrayList<>();
      for (Path file :
          files
              .filter(each -> each.endsWith("tokenizer.json"))
              .sorted(Comparator.naturalOrder())
              .toList()) {
        texts.add(Files.readString(file));
      }
      return texts;
    }
  }

  private static String outcome(Path folder) {
    try {
      use(folder, 512);
      use(folder, 3);
      return "answer";
    } catch (GraftException e) {
      return "refused " + e.getMessage().replaceAll("\\R\\s*", " | ");
    } catch (Throwable e) {
      return "untyped " + e + " " + e.getStackTrace()[0];
    }
  }

  static void use(Path folder, int length) {
    try (Tokenizer tokenizer = Tokenizer.open(folder, length)) {
      for (String text : TEXTS) {
        if (length > 100 || tokenizer.encode("").length() <= length) {
          tokenizer.encode(text);
          tokenizer.areAdded(text);
          tokenizer.pieces(text);
        }
      }
      tokenizer.encode("a film", "good");
      tokenizer.encodeAll(TEXTS);
      tokenizer.encodeAll(TEXTS, TEXTS);
      tokenizer.maskId();
      tokenizer.decode(LongStream.range(0, 40).toArray());
      LongStream.range(0, 40).forEach(id -> tokenizer.decode(new long[] {id, id}));
      tokenizer.decode(new long[] {1L << 40, -1, 1 << 20});
      tokenizer.decode(new long[0]);
    }
  }
}
