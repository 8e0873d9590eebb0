package dev.graft.harness.report.comparison;

import java.util.List;
import java.util.stream.Stream;

/** What a comparison shows, in plain sentences, none of which says more than its numbers do. */
final class Findings {
  private Findings() {}

  static List<String> of(Comparison comparison) {
    return Stream.of(
            SizeFindings.parameters(comparison).stream(),
            comparison.search().map(Search::findings).orElse(List.of()).stream(),
            QualityFindings.againstReference(comparison).stream(),
            QualityFindings.untrained(comparison).stream(),
            QualityFindings.reading(comparison).stream(),
            MergeFindings.of(comparison).stream(),
            LatencyFindings.of(comparison).stream(),
            SizeFindings.memory(comparison).stream(),
            SizeFindings.checkpoints(comparison).stream())
        .flatMap(sentences -> sentences)
        .toList();
  }
}
