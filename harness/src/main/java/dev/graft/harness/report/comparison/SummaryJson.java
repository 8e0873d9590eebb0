package dev.graft.harness.report.comparison;

import dev.graft.harness.json.Json;
import java.util.List;
import java.util.Optional;

/** What was found as JSON, every number unrounded. */
public final class SummaryJson implements ReportFormat {
  /** What the file holds. */
  private record Summaries(List<Summary> comparisons) {}

  @Override
  public String file() {
    return "report.json";
  }

  @Override
  public Optional<String> text(Report report) {
    List<Summary> found =
        report.compared().stream()
            .map(part -> Summary.of(part.comparison(), part.findings().orElseThrow()))
            .toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(Json.page(new Summaries(found)) + "\n");
  }
}
