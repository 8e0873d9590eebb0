package dev.graft.lora;

import dev.graft.api.Setting;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Targets;

final class LoraSettings {
  static final Setting<Integer> RANK =
      Setting.integer("rank", 8, 1, 16384, "the rank r of the update B A");
  static final Setting<Double> ALPHA =
      Setting.real("alpha", 8, 0.001, 1e6, "the update is multiplied by alpha / rank");
  static final Setting<Double> DROPOUT =
      Setting.real("dropout", 0, 0, 0.99, "the share of the update's inputs dropped in training");
  static final Setting<Targets> TARGETS =
      Setting.targets("targets", Targets.of("query", "value"), "the projections to update");
  static final SettingsSpec SPEC = SettingsSpec.of(RANK, ALPHA, DROPOUT, TARGETS);

  private LoraSettings() {}
}
