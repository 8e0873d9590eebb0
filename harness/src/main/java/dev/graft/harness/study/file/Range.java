package dev.graft.harness.study.file;

import com.google.gson.JsonObject;
import dev.graft.harness.yaml.YamlScalar;
import java.math.BigDecimal;
import java.util.function.DoublePredicate;

/**
 * The numbers that a key takes: told once, for its reader and for editors.
 *
 * @param words for messages
 * @param shape of the schema
 */
record Range(String words, JsonObject shape, DoublePredicate has) {
  static Range whole(long from, long to) {
    JsonObject shape = Shape.of("integer");
    shape.addProperty("minimum", from);
    shape.addProperty("maximum", to);
    return new Range(
        "a whole number from %s to %s".formatted(from, to), shape, n -> n >= from && n <= to);
  }

  /** Real numbers, the last one among them. */
  static Range to(double from, double to) {
    JsonObject shape = Shape.of("number");
    shape.addProperty("minimum", from);
    shape.addProperty("maximum", to);
    String words = "a number from %s to %s".formatted(plain(from), plain(to));
    return new Range(words, shape, n -> n >= from && n <= to);
  }

  /** Real numbers without the last one. */
  static Range below(double from, double below) {
    JsonObject shape = Shape.of("number");
    shape.addProperty("minimum", from);
    shape.addProperty("exclusiveMaximum", below);
    String words = "a number from %s to below %s".formatted(plain(from), plain(below));
    return new Range(words, shape, n -> n >= from && n < below);
  }

  /** Real numbers without the first one. */
  static Range above(double above, double to) {
    JsonObject shape = Shape.of("number");
    shape.addProperty("exclusiveMinimum", above);
    shape.addProperty("maximum", to);
    String words = "a number above %s, at most %s".formatted(plain(above), plain(to));
    return new Range(words, shape, n -> n > above && n <= to);
  }

  int whole(YamlScalar value) {
    return (int) value.whole(words, number -> has.test((double) number));
  }

  double number(YamlScalar value) {
    return value.number(words, has);
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }
}
