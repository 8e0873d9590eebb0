package dev.graft.harness.objective;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Measure;
import java.util.List;
import java.util.Optional;

/**
 * How well a model did.
 *
 * @param on what was asked: {@code 600 test examples}
 * @param scores the first is the one that counts
 */
public record Quality(String on, List<Score> scores) {
  /**
   * A metric with its 95% interval over examples.
   *
   * @param split the name of the split, where there are several
   */
  public record Score(Measure metric, Optional<String> split, Estimate estimate) {}

  public Quality {
    scores = List.copyOf(scores);
  }
}
