package dev.graft.harness.baseline;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;

/**
 * The top blocks of the host are trained: FT^Top2 of Li and Liang 2021 and Hu et al. 2021, who
 * count the blocks alone.
 */
public final class TopLayersMethod implements PeftMethod {
  private static final Setting<Integer> LAYERS =
      Setting.integer("layers", 2, 1, 4096, "how many of the top blocks to train");
  private static final Setting<Boolean> FINAL_NORM =
      Setting.flag("final-norm", false, "train the norm after the last block too, if there is one");
  private static final SettingsSpec SPEC = SettingsSpec.of(LAYERS, FINAL_NORM);

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("top-layers", "all weights of the top blocks")
        .withTraits(Trait.IDENTITY_AT_START)
        .withSettings(SPEC)
        .withLearningRate(2.5e-4);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int layers = settings.get(LAYERS);
    if (layers > host.layers()) {
      throw GraftException.input(
              "top-layers can't train %d blocks of a host of %d.", layers, host.layers())
          .expected("layers of at most %d", host.layers());
    }
    int first = host.layers() - layers;
    host.parameters().stream()
        .filter(
            parameter ->
                parameter.layer().isPresent()
                    ? parameter.layer().getAsInt() >= first
                    : settings.get(FINAL_NORM) && parameter.name().startsWith("norm."))
        .forEach(graft::unfreeze);
  }
}
