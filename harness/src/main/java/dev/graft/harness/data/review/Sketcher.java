package dev.graft.harness.data.review;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Draws sentences from the templates, up to the words that carry sentiment. Those stay open: {@code
 * {+ story|any mild}} is the polarity against the label, the uses in the lexicon, and the form.
 */
final class Sketcher {
  private static final Pattern CHOICE = Pattern.compile("\\[([^]]*)]");
  private static final Pattern NOUN = Pattern.compile("\\{([ABW])(?:\\.([a-z']+))?}");
  private static final Pattern ADJECTIVE = Pattern.compile("\\{([ABW])([+-])([a-z]*)}");
  private static final Pattern OTHER = Pattern.compile("\\{([+-])([a-z]+)}");

  /** The use of adjectives that fit any noun, and the form that any word has. */
  private static final String ANY = "any";

  /** Of the adjectives that can take a degree, half do. */
  private static final List<String> DEGREES =
      List.of("", "", "", "", "", "very ", "really ", "rather ", "quite ", "remarkably ");

  private static final List<String> STRONG_DEGREES =
      List.of("", "", "", "absolutely ", "simply ", "truly ");

  /** How often an adjective with a degree left to chance is a strong one. */
  private static final double STRONG_SHARE = 0.4;

  private final Map<String, List<String>> templates = Sections.read("templates.txt");
  private final List<Topic> topics = Topic.readAll();

  String draw(Random random) {
    Figure figure = Figure.at(random.nextDouble());
    String template = pick(templates.get(figure.name().toLowerCase(Locale.ROOT)), random);
    Topic topic = pick(topics, random);
    return fill(template, topic, random);
  }

  private static String fill(String template, Topic topic, Random random) {
    Noun a = pick(topic.parts(), random);
    Noun b = pick(topic.parts().stream().filter(part -> !part.equals(a)).toList(), random);
    Map<String, Noun> nouns = Map.of("A", a, "B", b, "W", topic.whole());

    String text =
        replace(CHOICE, template, m -> pick(List.of(m.group(1).split("\\|", -1)), random));
    text =
        text.replace("{visit}", pick(topic.visits(), random))
            .replace("{source}", pick(topic.sources(), random))
            .replace("{W.made}", topic.made());
    text =
        replace(
            ADJECTIVE, text, m -> adjective(nouns.get(m.group(1)), m.group(2), m.group(3), random));
    text =
        replace(
            OTHER,
            text,
            m -> (m.group(2).equals("noun") ? "a(n) " : "") + slot(m.group(1), m.group(2), ANY));
    return replace(
        NOUN, text, m -> nouns.get(m.group(1)).inflect(m.group(2) == null ? "" : m.group(2)));
  }

  private static String adjective(Noun noun, String sign, String form, Random random) {
    String use = noun.kind().equals(ANY) ? ANY : noun.kind() + "|" + ANY;
    return switch (form) {
      case "" -> {
        boolean strong = random.nextDouble() < STRONG_SHARE;
        yield pick(strong ? STRONG_DEGREES : DEGREES, random)
            + slot(sign, use, strong ? "strong" : "mild");
      }
      case "some" ->
          (noun.takesArticle() ? "a(n) " : "") + slot(sign, use, ANY) + " " + noun.text();
      default -> slot(sign, use, form);
    };
  }

  private static String slot(String sign, String use, String form) {
    return "{" + sign + " " + use + " " + form + "}";
  }

  private static String replace(Pattern pattern, String text, Function<MatchResult, String> by) {
    return pattern.matcher(text).replaceAll(m -> Matcher.quoteReplacement(by.apply(m)));
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }
}
