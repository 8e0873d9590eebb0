package dev.graft.lora;

import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.GraftSum;
import dev.graft.api.Host;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.Optional;

/** Low-rank adaptation: Hu et al. 2021, arXiv 2106.09685, section 4.1. */
public final class LoraMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "lora",
            "low-rank updates of projections (Hu et al. 2021), with rsLoRA, LoRA+, DoRA and PiSSA")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START, Trait.PER_ROW)
        .withSettings(LoraSettings.SPEC)
        .withLearningRate(5e-3);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    List<Site.Projection> sites = LoraSites.of(host, settings);
    Tensor common = graft.number("scale", LoraSettings.scale(settings));
    for (Site.Projection site : sites) {
      LoraTensors its = new LoraTensors(site, settings, graft);
      graft.at(site, update(its, site.weight(), its.scale(common), settings));
    }
    HostWeightsToTrain.of(host, settings, sites).forEach(graft::unfreeze);
  }

  /** The variant that the settings choose. */
  private static ProjectionIntervention update(
      LoraTensors its, Tensor weight, Tensor scale, Settings settings) {
    boolean isPissa = settings.get(LoraSettings.INITIALIZER) == LoraInitialization.PISSA;
    boolean isDora = settings.get(LoraSettings.DORA);
    double dropout = settings.get(LoraSettings.DROPOUT);
    if (isPissa) {
      Tensor a0 = its.a0();
      Tensor b0 = its.b0();
      Tensor a = its.a();
      Tensor b = its.b();
      return isDora
          ? new PissaDoraUpdate(a0, b0, a, b, its.magnitude(), weight, scale, dropout)
          : new PissaUpdate(a0, b0, a, b, scale, dropout);
    }
    Tensor a = its.a();
    Tensor b = its.b();
    return isDora
        ? new DoraUpdate(a, b, its.magnitude(), weight, scale, dropout)
        : new LowRankUpdate(a, b, scale, dropout);
  }

  @Override
  public boolean mayShareBatch(Settings one, Settings other) {
    return true; // zero rows and columns of A and B add nothing
  }

  @Override
  public Optional<GraftSum> sum() {
    return Optional.of(LoraSum::of);
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(new PeftLora());
  }
}
