package dev.graft.harness.objective;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Measure;
import java.util.List;

/**
 * How well a model did.
 *
 * @param on what was asked: {@code 600 test examples}
 * @param scores the first is the one that counts
 */
public record Quality(String on, List<Score> scores) {
  /** A metric with its 95% interval over examples. */
  public record Score(Measure metric, Estimate estimate) {}

  public Quality {
    scores = List.copyOf(scores);
  }
}
