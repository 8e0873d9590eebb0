package dev.graft.harness.trial;

import dev.graft.harness.training.Recipe;
import dev.graft.program.Precision;

/**
 * What is compared: all that decides how a trial turns out, but for its seed.
 *
 * @param model a Hugging Face folder, or a commit of a model on the hub: {@code hf:org/name@commit}
 * @param task as {@link dev.graft.harness.objective.TaskFinder} takes it
 * @param method a stack as {@link dev.graft.methods.StackSpec} writes it
 * @param untrained whether the host's weights are drawn anew before anything else
 * @param device as {@link dev.graft.program.Device#named} takes it
 * @param precision in which the host is kept and computes
 */
public record Arm(
    String model,
    String task,
    String method,
    boolean untrained,
    String device,
    Precision precision,
    Recipe recipe) {
  public Arm withMethod(String stack) {
    return new Arm(model, task, stack, untrained, device, precision, recipe);
  }

  public Arm withModel(String other) {
    return new Arm(other, task, method, untrained, device, precision, recipe);
  }

  public Arm withRecipe(Recipe other) {
    return new Arm(model, task, method, untrained, device, precision, other);
  }

  public Arm withDevice(String other) {
    return new Arm(model, task, method, untrained, other, precision, recipe);
  }

  /** The same on a host with fresh weights. */
  public Arm onUntrainedHost() {
    return new Arm(model, task, method, true, device, precision, recipe);
  }
}
