package dev.graft.harness.data.review;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Takes texts and lexicons apart, for the tests. */
final class Words {
  /** Of words such as "marvelled at": not the part that carries sentiment. */
  private static final Set<String> PARTICLES = Set.of("at", "of", "in", "about");

  private static final Pattern PREFIX = Pattern.compile("^(un|in|im|dis|ir)(?=\\w{4})");
  private static final Pattern SUFFIX =
      Pattern.compile(
          "(?<=\\w{3})(ly|ing|ed|ful|less|ness|ment|able|ible|ive|ous|some|ation|ion|ant|ent|ity|al|ic|es|er|est|e|s|y|i)$");

  private Words() {}

  /** The lower-case words of a text; a hyphen separates them. */
  static List<String> tokens(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}']+", -1))
        .filter(token -> !token.isEmpty())
        .toList();
  }

  static Set<String> of(Lexicon lexicon) {
    return lexicon.words().values().stream()
        .flatMap(List::stream)
        .map(Lexicon.Word::text)
        .collect(Collectors.toSet());
  }

  static Set<String> stems(Collection<String> texts) {
    return texts.stream()
        .flatMap(text -> tokens(text).stream())
        .filter(token -> !PARTICLES.contains(token))
        .map(Words::stem)
        .collect(Collectors.toSet());
  }

  /** What is left of a word without prefixes of negation and endings: crude, rather too short. */
  static String stem(String word) {
    String stem = PREFIX.matcher(word).replaceFirst("");
    for (String longer = ""; !longer.equals(stem); ) {
      longer = stem;
      stem = SUFFIX.matcher(stem).replaceFirst("");
    }
    return stem;
  }
}
