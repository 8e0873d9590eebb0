package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.Schedule.Step;
import dev.graft.api.settings.Settings;

/**
 * How many singular values are kept at a step: section 3.3. Steps count from one here, since ranks
 * are allocated when a step is done.
 *
 * @param initial b(0), over all sites
 * @param target b(T)
 * @param warmup t_i
 * @param last t_f
 * @param interval delta T
 * @param total T; 0 for what training plans
 */
record Budget(long initial, long target, long warmup, long last, long interval, long total) {
  static Budget of(Settings settings, int sites) {
    return new Budget(
        (long) sites * settings.get(AdaLoraSettings.INITIAL_RANK),
        (long) sites * settings.get(AdaLoraSettings.TARGET_RANK),
        settings.get(AdaLoraSettings.WARMUP),
        settings.get(AdaLoraSettings.FINAL),
        settings.get(AdaLoraSettings.INTERVAL),
        settings.get(AdaLoraSettings.TOTAL));
  }

  /**
   * {@code b(t) = b(T) + (b(0) - b(T)) (1 - (t - t_i) / (T - t_f - t_i))^3}; all of them at steps
   * that do not prune.
   */
  double kept(Step step) {
    long t = step.number() + 1;
    long pruned = end(step);
    if (t <= warmup) {
      return initial;
    }
    if (t >= pruned) {
      return target;
    }
    double left = 1 - (double) (t - warmup) / (pruned - warmup);
    return t % interval == 0
        ? Math.floor(target + (initial - target) * left * left * left)
        : initial;
  }

  /** Whether importances are still followed: one until ranks are final, then zero. */
  double following(Step step) {
    return step.number() + 1 < end(step) ? 1 : 0;
  }

  /** The step after which ranks stay: T - t_f. */
  private long end(Step step) {
    long steps = total > 0 ? total : step.total().orElse(0);
    if (steps == 0) {
      throw GraftException.input(
              "adalora can't tell when to prune: how many steps training takes is not known.")
          .expected("the number of steps")
          .remedy("add total-steps=... to the settings of adalora");
    }
    if (warmup + last >= steps) {
      throw GraftException.input("adalora has no step left to prune in.")
          .expected("warmup-steps + final-steps below %d, the steps of the training", steps)
          .found("%d + %d", warmup, last)
          .remedy("train for longer, or lower one of the two");
    }
    return steps - last;
  }
}
