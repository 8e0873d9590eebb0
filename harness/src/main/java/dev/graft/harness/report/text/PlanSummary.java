package dev.graft.harness.report.text;

import dev.graft.model.Plan;
import dev.graft.program.Kernels;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a stack on a host will cost: a plan in numbers, as {@code graft plan} shows it.
 *
 * @param model as it was named
 * @param stack without settings that have their defaults
 * @param head how the task head is built
 * @param batch what the activations and operations are for
 * @param sites where the methods act
 */
public record PlanSummary(
    String model,
    String architecture,
    int layers,
    int width,
    String stack,
    String head,
    Batch batch,
    List<SiteGroup> sites,
    Parameters parameters,
    Bytes bytes,
    long forwardFlops) {
  /** Sequences, the tokens of each, and the number format of the host and of what is computed. */
  public record Batch(int rows, int length, String precision) {}

  /**
   * Numbers of elements.
   *
   * @param methods what each graft trains, in the order of the stack
   * @param buffers what the grafts save but don't train
   * @param method what all grafts train
   */
  public record Parameters(
      long host, Map<String, Long> methods, long method, long buffers, long head, long total) {}

  /**
   * What training keeps on the device, a GPU.
   *
   * @param training all of it
   * @param trainingOnCpu the same on a processor, whose attention keeps more
   */
  public record Bytes(
      long weights,
      long grafts,
      long gradients,
      long optimizer,
      long activations,
      long training,
      long trainingOnCpu) {}

  /** A plan in numbers. */
  public static PlanSummary of(String model, Plan plan) {
    Stack stack = plan.stack();
    Map<String, Long> methods = new LinkedHashMap<>();
    for (DeclaredGraft graft : stack.grafts()) {
      methods.put(graft.name(), graft.trainedCount());
    }
    return new PlanSummary(
        model,
        stack.host().architecture(),
        stack.host().layers(),
        stack.host().width(),
        stack.toString(),
        head(stack.head()),
        new Batch(plan.rows(), plan.length(), plan.precision().toString()),
        SiteGroup.of(stack),
        new Parameters(
            plan.hostParameters(),
            methods,
            plan.methodParameters(),
            plan.bufferParameters(),
            plan.headParameters(),
            plan.methodParameters() + plan.headParameters()),
        new Bytes(
            plan.weightBytes(),
            plan.graftBytes(),
            plan.gradientBytes(),
            plan.optimizerBytes(),
            plan.activationBytes(Kernels.CUDA),
            plan.trainingBytes(Kernels.CUDA),
            plan.trainingBytes(Kernels.CPU)),
        plan.forwardFlops());
  }

  /** A head in words. */
  static String head(TaskHead head) {
    if (head.isLanguageModel()) {
      return "language model";
    }
    String layout = head.layout().name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (head.labels().isEmpty()) {
      return "score (%s)".formatted(layout);
    }
    String outputs = head.isRegression() ? "scores" : "labels";
    return "%s %s (%s)".formatted(head.outputs(), outputs, layout);
  }
}
