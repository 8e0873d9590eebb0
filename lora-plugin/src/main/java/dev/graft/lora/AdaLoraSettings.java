package dev.graft.lora;

import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;
import dev.graft.api.settings.TuningRange;

final class AdaLoraSettings {
  static final Setting<Integer> INITIAL_RANK =
      Setting.integer("initial-rank", 12, 1, 16384, "the rank of every update at first");
  static final Setting<Integer> TARGET_RANK =
      Setting.integer("target-rank", 8, 1, 16384, "the mean rank of the updates at last");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 12, 0.001, 1e6, "updates are multiplied by alpha / initial-rank");
  static final Setting<Double> DROPOUT =
      Setting.real("dropout", 0, 0, 0.99, "the share of the update's inputs dropped in training");
  static final Setting<Integer> WARMUP =
      Setting.integer("warmup-steps", 0, 0, 1 << 30, "t_i: steps with the initial ranks");
  static final Setting<Integer> FINAL =
      Setting.integer("final-steps", 0, 0, 1 << 30, "t_f: last steps, with ranks that stay");
  static final Setting<Integer> INTERVAL =
      Setting.integer("interval", 1, 1, 1 << 30, "delta T: steps from one pruning to the next");
  static final Setting<Integer> TOTAL =
      Setting.integer("total-steps", 0, 0, 1 << 30, "T: all steps; 0 for what training plans");
  static final Setting<Double> BETA1 =
      Setting.real("beta1", 0.85, 0, 0.9999, "the inertia of an importance's mean");
  static final Setting<Double> BETA2 =
      Setting.real("beta2", 0.85, 0, 0.9999, "the inertia of an importance's uncertainty");
  static final Setting<Double> ORTHOGONALITY =
      Setting.real("orthogonality", 0.5, 0, 1e3, "gamma: the weight of the penalty in the loss")
          .tuned(TuningRange.logarithmic(0.05, 1));
  static final Setting<Targets> TARGETS =
      Setting.targets("targets", Targets.of("query", "value"), "the projections to update");
  static final SettingsSpec SPEC =
      SettingsSpec.of(
          INITIAL_RANK,
          TARGET_RANK,
          ALPHA,
          DROPOUT,
          WARMUP,
          FINAL,
          INTERVAL,
          TOTAL,
          BETA1,
          BETA2,
          ORTHOGONALITY,
          TARGETS);

  private AdaLoraSettings() {}
}
