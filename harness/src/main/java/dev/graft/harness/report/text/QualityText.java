package dev.graft.harness.report.text;

import dev.graft.harness.objective.Quality;
import dev.graft.harness.report.Scale;
import java.util.ArrayList;
import java.util.List;

/** How well one model did, in lines. */
public final class QualityText {
  private QualityText() {}

  /** A line a metric, then what they were taken on. */
  public static List<String> lines(Quality quality) {
    List<String> lines = new ArrayList<>();
    quality.scores().forEach(score -> lines.add(line(score)));
    lines.add("on %s; in brackets, 95%% intervals".formatted(quality.on()));
    return lines;
  }

  private static String line(Quality.Score score) {
    Scale scale = new Scale(score.metric());
    return "%s%s: %s"
        .formatted(
            scale.heading(),
            score.split().map(", "::concat).orElse(""),
            scale.bare(score.estimate()));
  }
}
