package dev.graft.prefix;

import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;

final class LlamaAdapterSettings {
  static final Setting<Integer> VIRTUAL_TOKENS =
      Setting.integer("virtual-tokens", 10, 1, 4096, "the rows of every adapted layer's prompt");
  static final Setting<Integer> LAYERS =
      Setting.integer("layers", 0, 0, 4096, "how many of the top layers to adapt; 0 for all");
  static final SettingsSpec SPEC = SettingsSpec.of(VIRTUAL_TOKENS, LAYERS);

  private LlamaAdapterSettings() {}
}
