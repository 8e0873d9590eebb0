package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.report.forgetting.ForgettingFindings;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a comparison shows, none of which says more than its numbers do: in plain sentences by what
 * they are of, and what the first of them are made of.
 *
 * @param quality what is said of quality, as data
 * @param inference the differences that it is said of
 * @param forgetting what the arms forgot, as far as that was measured
 * @param undecided which questions remain open
 * @param claims of the whole report
 */
public record Findings(
    QualityFindings quality,
    List<Group> groups,
    Inference inference,
    ForgettingFindings forgetting,
    Undecided undecided,
    Claims claims) {
  /** Sentences on one thing. */
  public record Group(String of, List<String> sentences) {
    public Group {
      sentences = List.copyOf(sentences);
    }
  }

  public Findings {
    groups = List.copyOf(groups);
  }

  /**
   * What is found.
   *
   * @param claims of the whole report
   */
  static Findings of(
      Comparison comparison, Inference inference, ForgettingFindings forgetting, Claims claims) {
    QualityFindings quality = QualityFindings.of(comparison, inference, claims);
    return new Findings(
        quality,
        Stream.of(
                new Group("quality", quality.sentences(comparison)),
                new Group("tuning", comparison.search().map(Search::findings).orElse(List.of())),
                new Group("forgetting", forgetting.sentences(claims)),
                new Group("merging", MergeFindings.of(comparison)),
                new Group("latency", LatencyFindings.of(comparison, claims)),
                new Group("size and memory", SizeFindings.of(comparison)))
            .filter(group -> !group.sentences().isEmpty())
            .toList(),
        inference,
        forgetting,
        Undecided.of(comparison, inference, forgetting, claims),
        claims);
  }

  /** All of them. */
  public List<String> sentences() {
    return groups.stream().flatMap(group -> group.sentences().stream()).toList();
  }
}
