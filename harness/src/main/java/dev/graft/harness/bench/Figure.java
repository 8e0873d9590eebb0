package dev.graft.harness.bench;

import dev.graft.harness.latency.LatencySpec;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.List;
import java.util.Locale;

/**
 * One thing that is timed.
 *
 * @param model the folder of the host's weights
 * @param method that adapts it, one with files of PEFT, as {@link StackSpec} writes it
 * @param adapters of the method, to which the rows belong in turn; 1 unless the arm mixes them
 */
public record Figure(
    String model,
    String method,
    Work work,
    Head head,
    Arm arm,
    int adapters,
    LatencySpec.Size size) {
  private static final List<String> LABELS = List.of("LABEL_0", "LABEL_1");

  /** What is attached to a host, where it is attached. */
  public Stack stack(HostShape host, Methods methods) {
    TaskHead predicted =
        head == Head.LANGUAGE_MODEL ? TaskHead.languageModel(host) : TaskHead.forHost(host, LABELS);
    return Stack.of(host, StackSpec.parse(method, methods), predicted);
  }

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
    /** Several adapters of the method in one batch. */
    MIXED;

    /** As options and reports name it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
