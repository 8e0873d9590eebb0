package dev.graft.harness.report.text;

import dev.graft.harness.model.MergedModel;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.List;

/** What merging came to, in lines. */
public final class MergeText {
  private MergeText() {}

  /** How many projections were merged, and how far they are from what they were. */
  public static List<String> lines(MergedModel model) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s %s merged".formatted(model.sites(), model.sites() == 1 ? "projection" : "projections"));
    model
        .worst()
        .ifPresent(
            worst ->
                lines.add(
                    Units.format(
                        "largest difference of an output on %d x %d random tokens: %.1e of the largest output, at %s",
                        model.rows(), model.length(), worst.relative(), worst.site())));
    return lines;
  }
}
