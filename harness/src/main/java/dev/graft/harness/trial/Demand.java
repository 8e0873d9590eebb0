package dev.graft.harness.trial;

import dev.graft.harness.measure.phase.Costs;
import dev.graft.harness.trial.costs.MemoryForecast;
import dev.graft.harness.trial.costs.TrialCosts;
import dev.graft.model.Plan;
import dev.graft.program.Device;
import dev.graft.program.Kernels;
import dev.graft.transformer.Stack;
import dev.graft.transformer.Transformer;

/**
 * What a trial of an arm needs, as far as it is known before it runs.
 *
 * @param device as the arm names it
 * @param bytes of memory, by forecast: what training keeps, and on a processor the process too
 */
public record Demand(String device, long bytes) {
  /**
   * What a process needs beside what the plan counts: Java, PyTorch, what is compiled, tokenizers,
   * pages of the file of weights. Measured on Linux in float32, by batches of 16, as what the plan
   * leaves of the peak resident memory of trials with the embedded model: 0.38 GB of {@code
   * head-only} at 16 tokens. With it the forecasts of {@code lora} and {@code full} at 16 to 256
   * tokens are between 6% above and 13% below the peaks of {@code graft train}. With a model of a
   * few thousand weights it was 0.24 GB.
   */
  private static final long PROCESS = 380_000_000;

  /** The demand of an arm whose stack is this one. */
  public static Demand of(Arm arm, Stack stack) {
    return new Demand(arm.device(), PROCESS + plan(arm, stack).trainingBytes(kernels(arm)));
  }

  /**
   * What a trial took, beside the forecasts.
   *
   * @param arm with the device on which it ran
   */
  static TrialCosts costs(Arm arm, Stack stack, Costs measured) {
    return new TrialCosts(
        measured,
        forecast(arm, stack),
        measured.work().map(work -> forecast(arm, stack, work.rows(), work.length())));
  }

  /** The memory that training an arm takes at full batches of the longest texts, part by part. */
  static MemoryForecast forecast(Arm arm, Stack stack) {
    return forecast(arm, plan(arm, stack));
  }

  /** The same at batches of one size. */
  static MemoryForecast forecast(Arm arm, Stack stack, int rows, int length) {
    return forecast(arm, plan(arm, stack, rows, length));
  }

  private static MemoryForecast forecast(Arm arm, Plan plan) {
    Kernels kernels = kernels(arm);
    return MemoryForecast.of(plan, kernels, kernels == Kernels.CPU ? PROCESS : 0);
  }

  /** Whose kernels train an arm on this machine. */
  public static Kernels kernels(Arm arm) {
    return Device.resolved(arm.device()).startsWith("gpu") ? Kernels.CUDA : Kernels.CPU;
  }

  /** What training an arm takes at the longest texts that its model reads. */
  public static Plan plan(Arm arm, Stack stack) {
    int length = arm.recipe().longest(room(stack));
    return plan(arm, stack, arm.recipe().rows(length), length);
  }

  /** For how many tokens of a text a stack leaves room. */
  public static int room(Stack stack) {
    int virtual = new Transformer(stack.placed()).virtualPositions();
    return Math.max(1, stack.host().config().room() - virtual); // the plan refuses too little
  }

  private static Plan plan(Arm arm, Stack stack, int rows, int length) {
    return new Plan(stack, arm.precision(), rows, length, arm.recipe().isCheckpointing());
  }
}
