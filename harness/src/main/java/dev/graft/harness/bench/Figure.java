package dev.graft.harness.bench;

import dev.graft.harness.latency.LatencySpec;
import java.util.Locale;

/**
 * One thing that is timed.
 *
 * @param model the folder of the host's weights
 * @param method that adapts it, one with files of PEFT, as {@link dev.graft.methods.StackSpec}
 *     writes it
 */
public record Figure(
    String model, String method, Work work, Head head, Arm arm, LatencySpec.Size size) {
  /** What a pass is. */
  public enum Work {
    /** Tokens in, logits out, both in the processor's memory. */
    FORWARD,
    /** The same with a loss, the way back, clipping and AdamW. */
    STEP
  }

  /** What the host predicts. */
  public enum Head {
    /** Two classes. */
    CLASSES,
    LANGUAGE_MODEL
  }

  /** What the host is adapted by. */
  public enum Arm {
    /** Nothing. */
    BASE,
    /** The method, computed beside the weights. */
    ADAPTED,
    /** The method, in the weights. */
    MERGED,
    /** {@value GraftSide#TASKS} adapters of the method, the rows of a batch in turn. */
    MIXED;

    /** As options and reports name it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
