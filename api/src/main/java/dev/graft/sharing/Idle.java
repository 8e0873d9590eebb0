package dev.graft.sharing;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What was made of texts and nobody uses any more: who next needs the same of a text takes it
 * instead of making it again. The oldest make room.
 *
 * @param <T> what is made of a text
 */
public final class Idle<T> implements AutoCloseable {
  private final long most;
  private final Consumer<T> close;
  private final Map<String, T> things = new LinkedHashMap<>();
  private long characters;
  private boolean isClosed;

  /**
   * None at first.
   *
   * @param most characters of all texts together
   * @param close what is done to those that are not kept
   */
  public Idle(long most, Consumer<T> close) {
    this.most = most;
    this.close = close;
  }

  /** {@return whether anything is kept from now on} */
  public synchronized boolean isOpen() {
    return !isClosed;
  }

  /**
   * {@return what was made of a text, from now on the caller's, if there is any}
   *
   * @param text that it was added with
   */
  public synchronized Optional<T> take(String text) {
    Optional<T> thing = Optional.ofNullable(things.remove(text));
    characters -= thing.isPresent() ? text.length() : 0;
    return thing;
  }

  /**
   * Keeps something, or closes it: one of each text is kept, and none of a text that is too long
   * beside nothing else.
   *
   * @param text that it was made of
   * @param thing that nobody uses
   */
  public synchronized void add(String text, T thing) {
    if (isClosed || text.length() > most || things.containsKey(text)) {
      close.accept(thing);
      return;
    }
    things.put(text, thing);
    characters += text.length();
    Iterator<Map.Entry<String, T>> oldest = things.entrySet().iterator();
    while (characters > most) {
      Map.Entry<String, T> entry = oldest.next();
      characters -= entry.getKey().length();
      close.accept(entry.getValue());
      oldest.remove();
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    things.values().forEach(close);
    things.clear();
  }
}
