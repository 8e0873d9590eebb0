package dev.graft.host.definition;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** What is looked for in a text: letters as they are, or a regular expression of Oniguruma. */
final class Patterns {
  private static final String LETTERS = "String";
  private static final String EXPRESSION = "Regex";

  /** A pattern that ends, and takes something. */
  static final Kind PATTERN = Patterns::read;

  private Patterns() {}

  private static JsonElement read(Node node) {
    JsonObject pattern = new JsonObject();
    boolean isExpression = node.keys().contains(EXPRESSION);
    String key = isExpression ? EXPRESSION : LETTERS;
    Node value = node.at(key);
    value.require(!value.text().isEmpty(), "what is to be found");
    if (isExpression) {
      steps(value);
    }
    pattern.addProperty(key, value.text());
    return pattern;
  }

  /** How many steps a pattern takes in a text, for each of its letters. */
  static double stepsPerLetter(JsonObject pattern) {
    return pattern.has(EXPRESSION)
        ? steps(new Node(() -> "", pattern.get(EXPRESSION))).perLetter()
        : 0;
  }

  /** How many letters stand for one that was found, at most, where a text is put in its place. */
  static double growth(JsonObject pattern, int replacement) {
    return pattern.has(EXPRESSION)
        ? 1 + replacement // An expression may find places between letters.
        : Math.max(1, (double) replacement / pattern.get(LETTERS).getAsString().length());
  }

  private static Expression.Steps steps(Node expression) {
    try {
      return ExpressionReader.read(expression.text()).steps();
    } catch (IllegalArgumentException e) {
      throw new Unfit(
          expression.place(), "a regular expression that is sure to end soon", e.getMessage());
    }
  }
}
