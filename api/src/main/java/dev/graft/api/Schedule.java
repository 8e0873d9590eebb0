package dev.graft.api;

import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** The rule of a scalar that training sets anew for every micro-batch. */
@FunctionalInterface
public interface Schedule {
  /**
   * {@return the scalar's value for a micro-batch}
   *
   * @param step which one, and a generator to draw from
   */
  double at(Step step);

  /**
   * A step of training.
   *
   * @param number from 0; training that is resumed goes on counting
   * @param total how many steps training plans, those before it was resumed among them
   * @param random a generator that the training's seed, the step, its micro-batch and the scalar's
   *     name decide
   */
  record Step(long number, OptionalLong total, RandomGenerator random) {}
}
