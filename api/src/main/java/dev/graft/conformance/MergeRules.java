package dev.graft.conformance;

import dev.graft.api.Trait;
import dev.graft.host.TokenBatch;
import dev.graft.merging.MergeError;
import dev.graft.merging.Unmerged;
import dev.graft.model.Attachment;
import java.util.List;
import java.util.Map;

/** What merging gives, and that it can be undone. */
final class MergeRules {
  private static final int CYCLES = 4;

  private MergeRules() {}

  /** Merged equals unmerged, and what merges is what the method says. */
  static void merging(Bench bench) throws Finding {
    try (Attachment moved = bench.moved();
        Attachment merged = moved.merged()) {
      List<Unmerged> left = merged.unmerged();
      boolean isDeclared = bench.method().spec().traits().contains(Trait.MERGEABLE);
      if (isDeclared && !left.isEmpty()) {
        throw new Finding(
            left.get(0).site(),
            "all of it merges, as MERGEABLE says",
            left.get(0).reason() + " (" + left.size() + " sites)");
      }
      if (isDeclared && merged.mergedSites() == 0) {
        throw new Finding(
            "the host's projections",
            "it acts on some and merges there, as MERGEABLE says",
            "nothing merges");
      }
      if (!isDeclared && left.isEmpty() && merged.mergedSites() > 0) {
        throw new Finding(
            "spec().traits()",
            "MERGEABLE, since all of it merges",
            bench.method().spec().traits().toString());
      }
      requireEquivalent(bench, moved, merged);
    }
  }

  static void requireEquivalent(Bench bench, Attachment unmerged, Attachment merged)
      throws Finding {
    TokenBatch batch = bench.batch();
    String rule = "merged gives what unmerged gives";
    for (MergeError error : merged.mergeErrors(batch)) {
      if (!(error.relative() <= GraftRules.ROUNDING)) {
        throw Finding.of(
            error.site(),
            rule + " to within " + GraftRules.ROUNDING,
            "a relative difference of %.3g",
            error.relative());
      }
    }
    Numbers.requireClose(
        "logits",
        bench.material().real(merged.logits(batch)),
        bench.material().real(unmerged.logits(batch)),
        5 * GraftRules.ROUNDING,
        rule);
  }

  /** Merging and unmerging leave host and graft as they were, bit for bit. */
  static void unmerging(Bench bench) throws Finding {
    TokenBatch batch = bench.batch();
    try (Attachment moved = bench.moved();
        Attachment bare = bench.bare(moved)) {
      Map<String, float[]> weights = bench.model().copyWeights();
      float[][] host = bare.logits(batch);
      float[][] grafted = moved.logits(batch);
      float[][] first = null;
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        try (Attachment merged = moved.merged()) {
          float[][] now = merged.logits(batch);
          first = first == null ? now : first;
          Numbers.requireEqual("logits", now, first, "merging again gives the same");
        }
      }
      String rule = "as before it was merged " + CYCLES + " times";
      Numbers.requireEqual(bench.model().copyWeights(), weights, "the host's weight is " + rule);
      Numbers.requireEqual("logits of the host", bare.logits(batch), host, rule);
      Numbers.requireEqual("logits of the graft", moved.logits(batch), grafted, rule);
    }
  }
}
