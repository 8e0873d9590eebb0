package dev.graft.harness.yaml;

import dev.graft.GraftException;
import java.util.Collection;
import java.util.function.DoublePredicate;
import java.util.function.LongPredicate;

/**
 * A single value.
 *
 * @param text as it is written, without quotation marks
 * @param type as YAML understands it
 */
public record YamlScalar(String key, Place place, String text, Type type) implements YamlValue {
  /** What YAML takes a value for that has no quotation marks. */
  public enum Type {
    TEXT,
    WHOLE_NUMBER,
    NUMBER,
    TRUTH,
    NOTHING
  }

  /** Whole numbers of so many characters are safe to read into 64 bits. */
  private static final int DIGITS = 18;

  @Override
  public YamlScalar scalar(String expected) {
    if (type == Type.NOTHING || text.isEmpty()) {
      throw GraftException.input("The key '%s' has no value.", key)
          .in(place)
          .expected("%s", expected);
    }
    return this;
  }

  /**
   * This as a text.
   *
   * @throws GraftException if YAML takes it for something else
   */
  public String string(String expected) {
    if (type != Type.TEXT) {
      throw wrong(expected + ", in quotation marks where it looks like a number");
    }
    return text;
  }

  /** A whole number that is allowed. */
  public long whole(String expected, LongPredicate allowed) {
    if (type != Type.WHOLE_NUMBER || text.length() > DIGITS) {
      throw wrong(expected);
    }
    long number = Long.parseLong(text);
    if (!allowed.test(number)) {
      throw wrong(expected);
    }
    return number;
  }

  /** A number that is allowed. */
  public double number(String expected, DoublePredicate allowed) {
    boolean isNumber = type == Type.WHOLE_NUMBER || type == Type.NUMBER;
    if (!isNumber || !allowed.test(Double.parseDouble(text))) {
      throw wrong(expected);
    }
    return Double.parseDouble(text);
  }

  /** True or false. */
  public boolean truth() {
    if (type != Type.TRUTH) {
      throw wrong("true or false");
    }
    return Boolean.parseBoolean(text);
  }

  /** One of several texts. */
  public String choice(Collection<String> choices) {
    if (type != Type.TEXT || !choices.contains(text)) {
      throw wrong(String.join(", ", choices));
    }
    return text;
  }

  @Override
  public String described() {
    return switch (type) {
      case TEXT -> "the text '%s'".formatted(text);
      case NOTHING -> "empty";
      case WHOLE_NUMBER, NUMBER, TRUTH -> text;
    };
  }
}
