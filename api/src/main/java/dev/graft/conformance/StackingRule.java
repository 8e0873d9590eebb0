package dev.graft.conformance;

import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.transformer.Owned;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Two methods on one host: both train, and what merges of them is equivalent. */
final class StackingRule {
  private StackingRule() {}

  static void check(Bench bench) throws Finding {
    try (Attachment attachment = bench.fresh();
        Training training = Bench.training(attachment, 0, Bench.STEPS)) {
      Map<String, float[]> before = attachment.tensors();
      for (int step = 0; step < Bench.STEPS; step++) {
        TrainingRules.finite(step, bench.step(training, step), attachment.tensors());
      }
      Map<String, float[]> state = training.state();
      Map<String, float[]> after = attachment.tensors();
      List<Owned> saved = attachment.stack().owned().stream().filter(Owned::isSaved).toList();
      List<String> names = List.copyOf(before.keySet());
      for (int i = 0; i < names.size(); i++) {
        if (saved.get(i).isTrained()) {
          String name = names.get(i);
          boolean hasMoved = !Arrays.equals(before.get(name), after.get(name));
          TrainingRules.requireGradient(bench, saved.get(i), name, state, hasMoved);
        }
      }
      try (Attachment merged = attachment.merged()) {
        MergeRules.requireEquivalent(bench, attachment, merged);
      }
    }
  }
}
