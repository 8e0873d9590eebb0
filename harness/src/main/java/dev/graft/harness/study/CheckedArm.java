package dev.graft.harness.study;

import dev.graft.harness.trial.Arm;
import dev.graft.transformer.Stack;

/**
 * An arm that can run.
 *
 * @param stack of the arm with the task's head, on its host
 * @param examples that it is trained on
 */
public record CheckedArm(Arm arm, Stack stack, int examples) {
  /** How many steps are planned. */
  public int steps() {
    return arm.recipe().planned(examples);
  }
}
