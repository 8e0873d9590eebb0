package dev.graft.api;

import dev.graft.program.Shape;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A trained tensor that a method declares. Immutable; the {@code with} methods make changed copies.
 *
 * @param name unique in the graft: the site's path and the parameter's own name
 * @param rateFactor by which the learning rate is multiplied (LoRA+, Hayou et al. 2024)
 * @param weightDecay in place of the training's
 * @param mayBeIdle why the parameter may have no gradient, where that is so
 */
public record ParameterSpec(
    String name,
    Shape shape,
    Initializer initializer,
    double rateFactor,
    OptionalDouble weightDecay,
    Optional<String> mayBeIdle) {

  public static ParameterSpec of(String name, Shape shape, Initializer initializer) {
    return new ParameterSpec(name, shape, initializer, 1, OptionalDouble.empty(), Optional.empty());
  }

  public ParameterSpec withRateFactor(double factor) {
    return new ParameterSpec(name, shape, initializer, factor, weightDecay, mayBeIdle);
  }

  public ParameterSpec withWeightDecay(double decay) {
    return new ParameterSpec(
        name, shape, initializer, rateFactor, OptionalDouble.of(decay), mayBeIdle);
  }

  public ParameterSpec withMayBeIdle(String reason) {
    return new ParameterSpec(
        name, shape, initializer, rateFactor, weightDecay, Optional.of(reason));
  }
}
