package dev.graft.bottleneck;

import dev.graft.api.Setting;
import dev.graft.api.SettingsSpec;
import dev.graft.program.Activation;

/** The settings that all adapters have; each has defaults of its own. */
record BottleneckSettings(Setting<Integer> bottleneck, Setting<Activation> activation) {
  static BottleneckSettings of(int bottleneck, Activation activation) {
    return new BottleneckSettings(
        Setting.integer("bottleneck", bottleneck, 1, 65536, "the inner width of an adapter"),
        Setting.choice("activation", activation, "the function at the inner width"));
  }

  SettingsSpec spec() {
    return SettingsSpec.of(bottleneck, activation);
  }
}
