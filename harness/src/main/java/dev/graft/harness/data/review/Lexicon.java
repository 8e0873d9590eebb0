package dev.graft.harness.data.review;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The words that carry sentiment in one group of splits.
 *
 * @param words by polarity and use: {@code "+ story"}, {@code "- noun"}
 */
record Lexicon(Map<String, List<Word>> words) {

  /**
   * @param strong true for a word that takes "absolutely" where others take "very"
   */
  record Word(String text, boolean strong) {
    /** Whether the word is compared with "more" and "most" instead of "-er" and "-est". */
    boolean isLong() {
      return !strong && text.length() >= 7 && !text.endsWith("y");
    }
  }

  /**
   * @param split {@code train} or {@code test}
   */
  static Lexicon read(String split) {
    Map<String, List<Word>> words = new LinkedHashMap<>();
    Sections.read("lexicon.txt")
        .forEach(
            (section, lines) -> {
              if (section.startsWith(split + " ")) {
                words.put(section.substring(split.length() + 1), parse(lines));
              }
            });
    return new Lexicon(words);
  }

  private static List<Word> parse(List<String> lines) {
    List<Word> words = new ArrayList<>();
    for (String item : String.join(" ", lines).split(",", -1)) {
      String word = item.strip();
      if (!word.isEmpty()) {
        words.add(new Word(word.replace("!", ""), word.endsWith("!")));
      }
    }
    return List.copyOf(words);
  }

  /** Returns the words of all these uses. */
  List<Word> of(Polarity polarity, String... uses) {
    return Stream.of(uses).flatMap(use -> of(polarity, use).stream()).toList();
  }

  private List<Word> of(Polarity polarity, String use) {
    List<Word> found = words.get(polarity.sign() + " " + use);
    if (found == null) {
      throw new IllegalStateException("the lexicon has no words for \"" + use + "\"");
    }
    return found;
  }
}
