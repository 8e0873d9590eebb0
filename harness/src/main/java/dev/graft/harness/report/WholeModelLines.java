package dev.graft.harness.report;

import dev.graft.harness.experiment.WholeModel;
import java.util.ArrayList;
import java.util.List;

/** What merging came to, in lines. */
public final class WholeModelLines {
  private WholeModelLines() {}

  /** How many projections were merged, and how far they are from what they were. */
  public static List<String> of(WholeModel model) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d %s merged".formatted(model.sites(), model.sites() == 1 ? "projection" : "projections"));
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
