package dev.graft.harness.data.review;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills the open slots of a sentence with the words of a lexicon. */
final class Writer {
  private static final Pattern SLOT = Pattern.compile("\\{([+-]) ([a-z|]+) ([a-z]+)}");
  private static final Pattern ARTICLE = Pattern.compile("a\\(n\\) (?=([aeio]|u(?!se))?)");

  private final Lexicon lexicon;

  Writer(Lexicon lexicon) {
    this.lexicon = lexicon;
  }

  String write(String sketch, Polarity label, Random random) {
    Set<String> used = new HashSet<>();
    String text =
        SLOT.matcher(sketch)
            .replaceAll(
                m -> {
                  Polarity polarity = m.group(1).equals("+") ? label : label.opposite();
                  String word = word(polarity, m.group(2), m.group(3), used, random);
                  return Matcher.quoteReplacement(word);
                });
    text = ARTICLE.matcher(text).replaceAll(m -> m.group(1) == null ? "a " : "an ");
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /** Draws a word whose stem the sentence does not have yet. */
  private String word(Polarity polarity, String use, String form, Set<String> used, Random random) {
    List<String> fitting =
        lexicon.of(polarity, use.split("\\|", -1)).stream()
            .filter(
                word ->
                    switch (form) {
                      case "any" -> true;
                      case "mild" -> !word.strong();
                      case "strong" -> word.strong();
                      case "long" -> word.isLong();
                      default ->
                          throw new IllegalStateException("no form \"" + form + "\" of a word");
                    })
            .map(Lexicon.Word::text)
            .filter(text -> !used.contains(stem(text)))
            .toList();
    String word = fitting.get(random.nextInt(fitting.size()));
    used.add(stem(word));
    return word;
  }

  private static String stem(String word) {
    return word.substring(0, Math.min(5, word.length()));
  }
}
