package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.inference.Claims;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a comparison shows, none of which says more than its numbers do: in plain sentences by what
 * they are of, and what the first of them are made of.
 *
 * @param quality what is said of quality, as data
 */
record Findings(QualityFindings quality, List<Group> groups) {
  /** Sentences on one thing. */
  record Group(String of, List<String> sentences) {
    Group {
      sentences = List.copyOf(sentences);
    }
  }

  Findings {
    groups = List.copyOf(groups);
  }

  /**
   * What is found.
   *
   * @param claims of the whole report
   */
  static Findings of(Comparison comparison, Inference inference, Claims claims) {
    QualityFindings quality = QualityFindings.of(comparison, inference, claims);
    return new Findings(
        quality,
        Stream.of(
                new Group("quality", quality.sentences(comparison)),
                new Group("tuning", comparison.search().map(Search::findings).orElse(List.of())),
                new Group("merging", MergeFindings.of(comparison)),
                new Group("latency", LatencyFindings.of(comparison, claims)),
                new Group("size and memory", SizeFindings.of(comparison)))
            .filter(group -> !group.sentences().isEmpty())
            .toList());
  }

  /** All of them. */
  List<String> sentences() {
    return groups.stream().flatMap(group -> group.sentences().stream()).toList();
  }
}
