package dev.graft.harness.report;

import dev.graft.harness.experiment.Quality;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How well one model did, in lines. */
public final class QualityReport {
  private QualityReport() {}

  /** A line a metric, then what they were taken on. */
  public static List<String> lines(Quality quality) {
    List<String> lines = new ArrayList<>();
    quality.scores().forEach(score -> lines.add(line(score)));
    lines.add("on %s; in brackets, 95%% intervals".formatted(quality.on()));
    return lines;
  }

  private static String line(Quality.Score score) {
    Optional<Scale> scale =
        Arrays.stream(Metric.values())
            .filter(metric -> metric.label().equals(score.metric()))
            .findFirst()
            .map(Scale::new);
    return scale
        .map(s -> "%s: %s".formatted(s.heading(), s.bare(score.estimate())))
        .orElseGet(() -> "%s: %s".formatted(score.metric(), plain(score.estimate())));
  }

  private static String plain(Estimate estimate) {
    return Units.format("%.3f [%.3f, %.3f]", estimate.value(), estimate.low(), estimate.high());
  }
}
