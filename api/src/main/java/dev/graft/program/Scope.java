package dev.graft.program;

import java.util.function.Supplier;

/** Names what is being recorded, so that a failure of an operator can say whose it is. */
public final class Scope {
  private static final ThreadLocal<String> CURRENT = ThreadLocal.withInitial(() -> "");

  private Scope() {}

  /**
   * {@return what is recorded under a name}
   *
   * @param <T> what the recording gives, such as a {@link Tensor}
   * @param name whose it is and where, such as {@code lora at layers.3.attention.query}
   * @param recording runs at once, in this thread
   */
  public static <T> T within(String name, Supplier<T> recording) {
    String before = CURRENT.get();
    CURRENT.set(name);
    try {
      return recording.get();
    } finally {
      CURRENT.set(before);
    }
  }

  static String current() {
    return CURRENT.get();
  }
}
