package dev.graft.files;

import java.util.HexFormat;
import java.util.Optional;

/** How messages show texts, and which are none: what no name, path or UTF-8 can hold. */
public final class Texts {
  private Texts() {}

  /**
   * {@return the beginning of a text that is long, for messages}
   *
   * @param text any
   * @param most characters that are shown
   */
  public static String shortened(String text, int most) {
    return text.length() > most ? text.substring(0, most) + "..." : text;
  }

  /**
   * {@return what is in a text and no text can have, for messages: the character NUL, or half of
   * one that takes two (a lone surrogate)}
   *
   * @param text any
   */
  public static Optional<String> fault(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each != 0 && each < Character.MIN_SURROGATE) {
        continue;
      }
      if (each == 0) {
        return Optional.of("a text with the character NUL (U+0000)");
      }
      boolean isPair =
          Character.isHighSurrogate(each)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (Character.isSurrogate(each) && !isPair) {
        return Optional.of(
            "a text with half a character (U+%s)"
                .formatted(HexFormat.of().withUpperCase().toHexDigits(each)));
      }
      i += isPair ? 1 : 0;
    }
    return Optional.empty();
  }
}
