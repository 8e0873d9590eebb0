package dev.graft.files;

import java.util.HexFormat;
import java.util.Optional;

/** Which texts are none: what neither a name, nor a path, nor UTF-8 can hold. */
public final class Texts {
  private Texts() {}

  /**
   * {@return what is in a text and no text can have, for messages: the character NUL, or half of
   * one that takes two (a lone surrogate)}
   *
   * @param text any
   */
  public static Optional<String> fault(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
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
