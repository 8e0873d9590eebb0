package dev.graft.harness.training;

import dev.graft.GraftException;
import dev.graft.harness.measure.Measure;
import dev.graft.harness.objective.Objective;
import java.util.List;
import java.util.Optional;

/**
 * What validations decide: which weights are kept, and whether training ends early.
 *
 * @param measure of each validation
 * @param patience as a {@link Recipe} has it
 * @param keepBest as a {@link Recipe} has it
 */
record Steering(Measure measure, Optional<Integer> patience, boolean keepBest) {
  /**
   * What a recipe asks for.
   *
   * @throws GraftException if there is nothing to validate on
   */
  static Steering of(Recipe recipe, Objective objective) {
    Steering steering = new Steering(objective.measure(), recipe.patience(), recipe.keepBest());
    if (steering.isAsked() && !objective.hasValidation()) {
      throw GraftException.input("There is nothing to choose the end of the training by.")
          .expected("a validation split, for --patience and --keep best")
          .found("none in %s", objective.name())
          .remedy("name one: --validation, or validation in task.yaml");
    }
    return steering;
  }

  /** Whether there is anything to validate for. */
  boolean isAsked() {
    return patience.isPresent() || keepBest;
  }

  /** The best validation, the first of equal ones; none if all are "not a number". */
  Optional<Validation> best(List<Validation> validations) {
    Validation best = new Validation(0, Double.NaN);
    for (Validation each : validations) {
      best = measure.isBetter(each.value(), best.value()) ? each : best;
    }
    return Double.isNaN(best.value()) ? Optional.empty() : Optional.of(best);
  }

  /** Whether so many validations in a row were no better that training ends. */
  boolean isOver(List<Validation> validations) {
    int since = validations.size() - 1 - best(validations).map(validations::indexOf).orElse(-1);
    return patience.isPresent() && since >= patience.get();
  }
}
