package dev.graft.harness.bench;

import dev.graft.harness.measure.gpu.Reading;
import java.util.List;
import java.util.Optional;

/** One of those that take turns. */
public interface Side extends AutoCloseable {
  /**
   * What came of opening a figure.
   *
   * @param values the first logits, or losses
   * @param refusal why the side can't compute it; then there are no values
   */
  record Opening(List<Double> values, Optional<String> refusal) {
    public Opening {
      values = List.copyOf(values);
    }
  }

  /** Loads what a figure needs, and computes until all is compiled. */
  Opening open(Request request);

  /** Computes once untimed, then so many times; the milliseconds of each. */
  List<Double> passes(int count);

  /** Lets go of the figure; the bytes that were in use at most, as the allocator counts them. */
  Reading letGo();

  /** The number of the process. */
  long pid();

  @Override
  void close();
}
