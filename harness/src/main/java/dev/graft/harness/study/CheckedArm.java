package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.trial.Arm;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.transformer.Stack;
import java.util.Optional;

/**
 * An arm that can run.
 *
 * @param stack of the arm with the task's head, on its host
 * @param steps that are planned
 */
public record CheckedArm(Arm arm, Stack stack, int steps) {
  /**
   * Checks all that can be wrong with an arm.
   *
   * @param host of its model
   * @param objective of its task
   * @param tuning of its study, if that has one
   * @param methods that it may name
   * @param planned says how many steps it has
   * @throws GraftException if it can't run, or can't be tuned so
   */
  public static CheckedArm of(
      Arm arm,
      HostShape host,
      Labelling objective,
      Optional<Tuning> tuning,
      Methods methods,
      PlannedSteps planned) {
    objective.requireTest();
    StackSpec spec = StackSpec.parse(arm.method(), methods);
    arm.recipe().rates().require(spec);
    Stack stack = Stack.of(host, spec, objective.head(host));
    CheckedArm checked = new CheckedArm(arm, stack, planned.of(arm, stack, objective));
    tuning.ifPresent(search -> requireTuning(search, checked, objective));
    return checked;
  }

  private static void requireTuning(Tuning tuning, CheckedArm arm, Labelling objective) {
    if (objective.task().validation().isEmpty()) {
      throw GraftException.input(
              "The task %s has no validation split to tune by.", objective.name())
          .expected("at least one example of validation, or enough to hold some out")
          .remedy("name a file: validation in task.yaml; or leave the tuning out");
    }
    SearchSpace.of(arm).candidates(tuning);
  }
}
