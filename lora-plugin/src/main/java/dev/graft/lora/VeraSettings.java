package dev.graft.lora;

import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;

final class VeraSettings {
  static final Setting<Integer> RANK =
      Setting.integer("rank", 256, 1, 65536, "the rank of the frozen random matrices");
  static final Setting<Integer> PROJECTION_SEED =
      Setting.integer(
          "projection-seed",
          0,
          0,
          Integer.MAX_VALUE,
          "the seed of the frozen random matrices, which are drawn again and not saved");
  static final Setting<Double> INITIAL_D =
      Setting.real("initial-d", 0.1, 1e-7, 1e3, "the vector d before training");
  static final Setting<Double> DROPOUT =
      Setting.real("dropout", 0, 0, 0.99, "the share of the update's inputs dropped in training");
  static final Setting<Targets> TARGETS =
      Setting.targets("targets", Targets.of("query", "value"), "the projections to update");
  static final SettingsSpec SPEC =
      SettingsSpec.of(RANK, PROJECTION_SEED, INITIAL_D, DROPOUT, TARGETS);

  private VeraSettings() {}
}
