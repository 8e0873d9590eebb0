package dev.graft.host.definition;

import dev.graft.host.definition.Expression.Atom;
import dev.graft.host.definition.Expression.Choice;
import dev.graft.host.definition.Expression.Repeat;
import dev.graft.host.definition.Expression.Sequence;
import dev.graft.host.definition.Expression.Single;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Oniguruma's syntax of Ruby, save for references, conditions, calls and free spacing. */
final class ExpressionReader {
  private static final int LONGEST = 10_000;
  private static final int DEEPEST = 50;

  private static final Pattern GROUP =
      Pattern.compile(
          "\\((?:\\?(?:(?<look><?[=!])|(?<atom>>)|<[A-Za-z_]\\w*>|(?<option>[im-]*)(?<end>[:)]))|(?![?*]))");
  private static final Pattern BOUNDS =
      Pattern.compile("\\{(?:(\\d{1,6})(,(\\d{1,6})?)?|,(\\d{1,6}))}");
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\(?:[pP]\\{\\^?\\w+}|x\\{[0-9A-Fa-f ]+}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[^pPxukgXKcCM1-9])",
          Pattern.DOTALL);

  private final String text;
  private int at;
  private int depth;

  private ExpressionReader(String text) {
    this.text = text;
  }

  /**
   * {@return what an expression is made of}
   *
   * @throws IllegalArgumentException if that is not known
   */
  static Expression read(String text) {
    require(text.length() <= LONGEST, "one of more than " + LONGEST + " letters");
    ExpressionReader reader = new ExpressionReader(text);
    Expression all = reader.choice();
    reader.understand(reader.at == text.length());
    return all;
  }

  private Expression choice() {
    require(++depth <= DEEPEST, "one that is nested too deeply");
    List<Expression> branches = new ArrayList<>();
    branches.add(sequence());
    while (isNext('|')) {
      at++;
      branches.add(sequence());
    }
    depth--;
    return branches.size() == 1 ? branches.get(0) : new Choice(branches);
  }

  private Expression sequence() {
    List<Expression> items = new ArrayList<>();
    while (at < text.length() && !isNext('|') && !isNext(')')) {
      items.add(repeated(item()));
    }
    return items.size() == 1 ? items.get(0) : new Sequence(items);
  }

  private Expression item() {
    switch (text.charAt(at)) {
      case '(' -> {
        return group();
      }
      case '[' -> letters();
      case '\\' -> at = end(ESCAPE);
      case '*', '+', '?' -> understand(false);
      default -> at += Character.charCount(text.codePointAt(at));
    }
    return Single.LETTER;
  }

  private Expression group() {
    Matcher opening = at(GROUP);
    at = opening.end();
    if (")".equals(opening.group("end"))) {
      return choice(); // An option for all that follows in the group around it.
    }
    Expression inner = choice();
    understand(isNext(')'));
    at++;
    boolean isLook = opening.group("look") != null;
    return isLook || opening.group("atom") != null ? new Atom(inner, !isLook) : inner;
  }

  /** A class, which may hold others. */
  private void letters() {
    int open = 0;
    do {
      if (isNext('[')) {
        open++;
        at += text.startsWith("[^", at) ? 2 : 1;
        at += isNext(']') ? 1 : 0;
      } else if (isNext('\\')) {
        at = end(ESCAPE);
      } else {
        open -= isNext(']') ? 1 : 0;
        at++;
      }
      understand(at < text.length() || open == 0);
    } while (open > 0);
  }

  private Expression repeated(Expression once) {
    Expression all = once;
    while (at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0) {
      Matcher bounds = BOUNDS.matcher(text).region(at, text.length());
      if (isNext('{') && !bounds.lookingAt()) {
        break; // A letter.
      }
      boolean isSign = !isNext('{');
      all = isSign ? signed(all) : bounded(all, bounds);
      if (isNext('?')) {
        at++;
      } else if (isSign && isNext('+')) {
        at++;
        all = new Atom(all, true);
      }
    }
    return all;
  }

  private Expression signed(Expression once) {
    char sign = text.charAt(at++);
    return new Repeat(once, sign == '+' ? 1 : 0, sign == '?' ? 1 : Repeat.UNBOUNDED);
  }

  /** Behind a question mark, a fixed count is the most. */
  private Expression bounded(Expression once, Matcher bounds) {
    at = bounds.end();
    int least = bounds.group(1) == null || isNext('?') ? 0 : Integer.parseInt(bounds.group(1));
    String most =
        bounds.group(4) != null
            ? bounds.group(4)
            : bounds.group(2) == null ? bounds.group(1) : bounds.group(3);
    return new Repeat(once, least, most == null ? Repeat.UNBOUNDED : Integer.parseInt(most));
  }

  private boolean isNext(char letter) {
    return at < text.length() && text.charAt(at) == letter;
  }

  private int end(Pattern pattern) {
    return at(pattern).end();
  }

  private Matcher at(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    understand(matcher.lookingAt());
    return matcher;
  }

  private void understand(boolean isKnown) {
    require(isKnown, "one that is not understood from its letter %s on".formatted(at));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
