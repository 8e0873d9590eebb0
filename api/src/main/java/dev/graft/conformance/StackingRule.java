package dev.graft.conformance;

import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.transformer.Owned;
import java.util.Map;
import java.util.Set;

/**
 * Two methods on one host: training reads what both declare, and what merges of them is equivalent.
 * Whether a parameter has a gradient is for the method alone to show: beside others it may rightly
 * have none.
 */
final class StackingRule {
  private StackingRule() {}

  /** A graft makes another one's parameter useless. */
  static final class Dropped extends Finding {
    private static final long serialVersionUID = 1L;

    private final String graft;

    private Dropped(String graft, String parameter) {
      super(
          parameter,
          "the loss depends on it, as it does where %s is alone".formatted(graft),
          "nothing that the loss depends on reads it");
      this.graft = graft;
    }

    /** The name of the graft whose parameter it is. */
    String graft() {
      return graft;
    }
  }

  static void check(Bench bench) throws Finding {
    try (Attachment attachment = bench.fresh();
        Training training = Bench.training(attachment, 0, Bench.STEPS)) {
      for (int step = 0; step < Bench.STEPS; step++) {
        TrainingRules.finite(step, bench.step(training, step), attachment.tensors());
      }
      Set<String> read = training.state().keySet();
      for (Map.Entry<String, Owned> each : Bench.saved(attachment).entrySet()) {
        Owned owned = each.getValue();
        if (TrainingRules.mustTrain(owned) && !read.contains(Training.momentOf(each.getKey()))) {
          throw new Dropped(attachment.stack().graftOf(owned).name(), each.getKey());
        }
      }
      try (Attachment merged = attachment.merged()) {
        MergeRules.requireEquivalent(bench, attachment, merged);
      }
    }
  }
}
