package dev.graft.harness.measure;

import java.util.OptionalLong;

/** Tells what memory this process uses, and the highest mark that it came to. */
public interface MemoryGauge extends AutoCloseable {
  /** The most since the mark was set back, or since the process began where it never was. */
  MemoryPeak peak();

  /** What is used now, in bytes, if it can be told. */
  OptionalLong now();

  /** Sets the mark back to what is used now; false if it stays where it is. */
  boolean reset();

  @Override
  void close();

  /**
   * One that can't tell.
   *
   * @param reason why
   */
  static MemoryGauge none(String reason) {
    return new MemoryGauge() {
      @Override
      public MemoryPeak peak() {
        return MemoryPeak.notAvailable(reason);
      }

      @Override
      public OptionalLong now() {
        return OptionalLong.empty();
      }

      @Override
      public boolean reset() {
        return false;
      }

      @Override
      public void close() {}
    };
  }
}
