package dev.graft.parts;

import java.util.Optional;
import java.util.function.Function;

/**
 * A kind of part that JARs may bring.
 *
 * @param <T> the type of the service
 * @param service which a part implements; its service file is {@code META-INF/services/} and the
 *     name of this class
 * @param noun what users call it
 * @param name of a part, by which users know it; no other of its kind has it
 * @param fault why a part can't be used although it could be made; absent if it can
 */
public record PartKind<T>(
    Class<T> service, String noun, Function<T, String> name, Function<T, Optional<String>> fault) {
  /**
   * {@return a kind whose parts can all be used}
   *
   * @param <T> the type of the service
   * @param service which a part implements
   * @param noun what users call it
   * @param name of a part
   */
  public static <T> PartKind<T> of(Class<T> service, String noun, Function<T, String> name) {
    return new PartKind<>(service, noun, name, part -> Optional.empty());
  }

  /**
   * {@return the same, some of whose parts can't be used}
   *
   * @param why absent for a part that can
   */
  public PartKind<T> faulty(Function<T, Optional<String>> why) {
    return new PartKind<>(service, noun, name, why);
  }

  /** {@return the noun with its article} */
  String one() {
    return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }
}
