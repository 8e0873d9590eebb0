package dev.graft.api;

import dev.graft.program.Shape;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A trained tensor that a method declares. Immutable; the {@code with} methods make changed copies.
 *
 * @param name unique in the graft: the site's path and the parameter's own name
 * @param shape of numbers only: no size that a batch decides
 * @param initializer how it begins, unless it is read from a checkpoint
 * @param rateFactor by which the learning rate is multiplied (LoRA+, Hayou et al. 2024)
 * @param weightDecay in place of the training's
 * @param mayBeIdle why the parameter may have no gradient, where that is so
 * @param cutGradient why its gradient is not that of the loss, where that is so
 */
public record ParameterSpec(
    String name,
    Shape shape,
    Initializer initializer,
    double rateFactor,
    OptionalDouble weightDecay,
    Optional<String> mayBeIdle,
    Optional<String> cutGradient) {

  /**
   * {@return a tensor trained at the learning rate and weight decay of the training}
   *
   * @param name unique in the graft: the site's path and the parameter's own name
   * @param shape of numbers only: no size that a batch decides
   * @param initializer how it begins, unless it is read from a checkpoint
   */
  public static ParameterSpec of(String name, Shape shape, Initializer initializer) {
    return new ParameterSpec(
        name, shape, initializer, 1, OptionalDouble.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * {@return a copy that learns faster or slower}
   *
   * @param factor by which the learning rate is multiplied; 1 changes nothing
   */
  public ParameterSpec withRateFactor(double factor) {
    return new ParameterSpec(name, shape, initializer, factor, weightDecay, mayBeIdle, cutGradient);
  }

  /**
   * {@return a copy with a weight decay of its own}
   *
   * @param decay AdamW's decoupled one, from 0
   */
  public ParameterSpec withWeightDecay(double decay) {
    return new ParameterSpec(
        name, shape, initializer, rateFactor, OptionalDouble.of(decay), mayBeIdle, cutGradient);
  }

  /**
   * {@return a copy that the conformance kit excuses from having a gradient}
   *
   * @param reason a clause for its report
   */
  public ParameterSpec withMayBeIdle(String reason) {
    return new ParameterSpec(
        name, shape, initializer, rateFactor, weightDecay, Optional.of(reason), cutGradient);
  }

  /**
   * {@return a copy whose gradient is kept back in part, by {@link
   * dev.graft.program.Tensor#detach}, on purpose: the conformance kit then expects that it is not
   * that of the loss}
   *
   * @param reason a clause for its report, such as "DoRA, section 4.3: none goes into the norm"
   */
  public ParameterSpec withCutGradient(String reason) {
    return new ParameterSpec(
        name, shape, initializer, rateFactor, weightDecay, mayBeIdle, Optional.of(reason));
  }
}
