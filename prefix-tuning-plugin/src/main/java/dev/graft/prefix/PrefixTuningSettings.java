package dev.graft.prefix;

import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;
import java.util.List;

final class PrefixTuningSettings {
  /** With 16 the prefix has as many parameters as LoRA of rank 8 on query and value. */
  static final Setting<Integer> VIRTUAL_TOKENS =
      Setting.integer("virtual-tokens", 16, 1, 4096, "the rows in front of every attention");

  static final Setting<List<Integer>> LAYERS =
      Setting.integer("layers", 0, 0, 4096, "the blocks that get a prefix; all if none is named")
          .listed();

  static final Setting<List<Integer>> TOKENS =
      Setting.integer(
              "tokens",
              0,
              0,
              Integer.MAX_VALUE,
              "ids of a text whose keys and values the prefix begins as, over and over")
          .listed();

  static final Setting<Boolean> PROJECTION =
      Setting.flag("projection", false, "train the prefix through two linear layers");
  static final Setting<Integer> PROJECTION_WIDTH =
      Setting.integer(
          "projection-width", 0, 0, 65536, "between the two layers; 0 for the width of the keys");
  static final SettingsSpec SPEC =
      SettingsSpec.of(VIRTUAL_TOKENS, LAYERS, TOKENS, PROJECTION, PROJECTION_WIDTH);

  private PrefixTuningSettings() {}
}
