package dev.graft.prefix;

import dev.graft.api.Setting;
import dev.graft.api.SettingsSpec;

final class PrefixTuningSettings {
  /** With 16 the prefix has as many parameters as LoRA of rank 8 on query and value. */
  static final Setting<Integer> VIRTUAL_TOKENS =
      Setting.integer("virtual-tokens", 16, 1, 4096, "the rows in front of every attention");

  static final Setting<Boolean> PROJECTION =
      Setting.flag("projection", false, "train the prefix through two linear layers");
  static final Setting<Integer> PROJECTION_WIDTH =
      Setting.integer(
          "projection-width", 0, 0, 65536, "between the two layers; 0 for the width of the keys");
  static final SettingsSpec SPEC = SettingsSpec.of(VIRTUAL_TOKENS, PROJECTION, PROJECTION_WIDTH);

  private PrefixTuningSettings() {}
}
