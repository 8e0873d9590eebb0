package dev.graft.harness.trial;

import dev.graft.harness.measure.Metric;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the test split is answered after merging, compared with before.
 *
 * @param sites the number of projections whose weights hold interventions
 * @param agreements the number of examples with the same prediction; for a regression, with scores
 *     that differ by less than 1e-4
 * @param difference the largest difference of two logits
 * @param metrics of the merged model
 */
public record MergeCheck(
    int sites, int agreements, double difference, Map<Metric, Double> metrics) {
  public MergeCheck {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
