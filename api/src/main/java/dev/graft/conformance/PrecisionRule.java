package dev.graft.conformance;

import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Precision;
import java.util.Map;

/** A host in bfloat16 with the method on it: it answers about the same, and trains. */
final class PrecisionRule {
  /** bfloat16 has 8 bits; over two blocks of random weights errors add up. */
  private static final double TOLERANCE = 0.15;

  private PrecisionRule() {}

  static void check(Bench bench) throws Finding {
    Model.Options half = Model.Options.DEFAULT.withDropout(0).withPrecision(Precision.BFLOAT16);
    try (Bench other = new Bench(bench.spec(), bench.hostName(), half);
        Attachment exact = bench.moved();
        Attachment fresh = other.fresh();
        Attachment same = fresh.with(exact.tensors())) {
      Numbers.requireClose(
          "logits",
          other.material().real(same.logits(other.batch())),
          bench.material().real(exact.logits(bench.batch())),
          TOLERANCE,
          "in bfloat16 about what float32 gives");
      try (Training training = Bench.training(same, 0, 2)) {
        for (int step = 0; step < 2; step++) {
          TrainingRules.finite(step, other.step(training, step), same.tensors());
        }
      }
      try (Attachment merged = same.merged()) {
        TrainingRules.finite(0, merged.logits(other.batch())[0][0], Map.of());
      }
    }
  }
}
