package dev.graft.hub;

import dev.graft.GraftException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A text that a request's header may hold, and no message. */
final class Secret {
  static final String HIDDEN = "(secret)";

  /** Less is not hidden: it would be in most words. */
  private static final int SHORTEST = 3;

  private final String text;
  private final List<String> forms;

  private Secret(String text, List<String> forms) {
    this.text = text;
    this.forms = forms;
  }

  /**
   * A secret that can be sent.
   *
   * @param origin where it was read, for messages
   * @throws GraftException if it holds what a header can't; it doesn't say what
   */
  static Secret of(String origin, String text) {
    Optional<Integer> unfit = text.chars().filter(c -> c <= ' ' || c > '~').boxed().findFirst();
    if (unfit.isPresent()) {
      throw GraftException.input("The secret in %s can't be sent.", origin)
          .expected("letters, digits and signs of ASCII, without spaces or quotation marks around")
          .found(kind(unfit.get()))
          .remedy("copy it again from where it was made");
    }
    return new Secret(text, List.of(text));
  }

  private static String kind(int letter) {
    return letter == '\n' || letter == '\r'
        ? "a line break in it"
        : letter <= ' ' || Character.isSpaceChar(letter)
            ? "a space or control character in it"
            : "a letter in it that is not of ASCII, such as a typographic quotation mark";
  }

  /** For a header, and for nothing else. */
  String sent() {
    return text;
  }

  /** The same, which another form gives away. */
  Secret known(String form) {
    return new Secret(text, Stream.concat(forms.stream(), Stream.of(form)).toList());
  }

  /** Another's text without this one, which it may have been told. */
  String hiddenIn(String other) {
    return forms.stream()
        .filter(form -> form.length() >= SHORTEST)
        .reduce(other, (shown, form) -> shown.replace(form, HIDDEN));
  }

  @Override
  public String toString() {
    return HIDDEN;
  }
}
