package dev.graft.lora;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.EnumSet;
import java.util.Set;

/** Low-rank adaptation: Hu et al. 2021, arXiv 2106.09685, section 4.1. */
public final class LoraMethod implements PeftMethod {
  @Override
  public String name() {
    return "lora";
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public SettingsSpec settings() {
    return LoraSettings.SPEC;
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(Trait.MERGEABLE, Trait.IDENTITY_AT_START, Trait.PER_ROW);
  }

  @Override
  public double learningRate() {
    return 5e-3;
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int rank = settings.get(LoraSettings.RANK);
    double dropout = settings.get(LoraSettings.DROPOUT);
    Tensor scale = graft.number("scale", settings.get(LoraSettings.ALPHA) / rank);
    for (Site.Projection site : host.projections(settings.get(LoraSettings.TARGETS))) {
      // The paper draws A from a Gaussian; its code and PEFT draw it like a linear layer's weight.
      Tensor a =
          graft.parameter(
              site.path() + ".lora_A", Shape.of(rank, site.in()), Initializer.kaimingUniform());
      Tensor b =
          graft.parameter(site.path() + ".lora_B", Shape.of(site.out(), rank), Initializer.zeros());
      graft.at(site, new LowRankUpdate(a, b, scale, dropout));
    }
  }
}
