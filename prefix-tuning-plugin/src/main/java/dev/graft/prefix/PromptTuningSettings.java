package dev.graft.prefix;

import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;
import java.util.List;

final class PromptTuningSettings {
  static final Setting<Integer> VIRTUAL_TOKENS =
      Setting.integer("virtual-tokens", 16, 1, 4096, "the rows in front of the embeddings");
  static final Setting<List<Integer>> TOKENS =
      Setting.integer(
              "tokens",
              0,
              0,
              Integer.MAX_VALUE,
              "ids of a text whose embeddings the rows begin as, over and over")
          .listed();
  static final SettingsSpec SPEC = SettingsSpec.of(VIRTUAL_TOKENS, TOKENS);

  private PromptTuningSettings() {}
}
