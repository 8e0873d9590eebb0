package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * A scalar of a graft that training sets anew at every step.
 *
 * @param leaf what programs read
 * @param name of the scalar in its graft
 * @param rule which gives its value
 */
public record Scheduled(Tensor leaf, String name, Rule rule) {
  /** Gives the scalar's value. */
  @FunctionalInterface
  public interface Rule {
    /**
     * {@return the scalar's value for a micro-batch}
     *
     * @param step which one, and a generator to draw from
     */
    double at(Step step);
  }

  /**
   * A step of training.
   *
   * @param number from 0; training that is resumed goes on counting
   * @param total how many steps training plans, those before it was resumed among them
   * @param random a generator that the training's seed, the step, its micro-batch and the scalar's
   *     name decide
   */
  public record Step(long number, OptionalLong total, RandomGenerator random) {}
}
