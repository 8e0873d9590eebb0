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
import java.util.List;
import java.util.Set;

/**
 * Vector-based random matrix adaptation: Kopiczko et al. 2024, arXiv 2310.11454. One frozen random
 * pair of matrices serves all sites; where sites differ in size, each uses the corner that fits it,
 * as in PEFT.
 */
public final class VeraMethod implements PeftMethod {
  @Override
  public String name() {
    return "vera";
  }

  @Override
  public String summary() {
    return "two vectors around random matrices that all sites share (Kopiczko et al. 2024)";
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public SettingsSpec settings() {
    return VeraSettings.SPEC;
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(Trait.MERGEABLE, Trait.IDENTITY_AT_START, Trait.PER_ROW);
  }

  @Override
  public double learningRate() {
    return 5e-2;
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    long rank = settings.get(VeraSettings.RANK);
    List<Site.Projection> sites = host.projections(settings.get(VeraSettings.TARGETS));
    long in = sites.stream().mapToLong(Site.Projection::in).max().orElseThrow();
    long out = sites.stream().mapToLong(Site.Projection::out).max().orElseThrow();
    // Section 3.3: Kaiming initialisation keeps the variance whatever the rank is.
    Tensor a = graft.buffer("vera_A", Shape.of(rank, in), Initializer.uniform(Math.sqrt(6.0 / in)));
    Tensor b =
        graft.buffer("vera_B", Shape.of(out, rank), Initializer.uniform(Math.sqrt(6.0 / rank)));
    for (Site.Projection site : sites) {
      Tensor d =
          graft.parameter(
              site.path() + ".vera_lambda_d",
              Shape.of(rank),
              Initializer.constant(settings.get(VeraSettings.INITIAL_D)));
      Tensor scale =
          graft.parameter(
              site.path() + ".vera_lambda_b", Shape.of(site.out()), Initializer.zeros());
      graft.at(
          site,
          new VectorUpdate(
              a.slice(-1, 0, site.in()),
              d,
              b.slice(-2, 0, site.out()),
              scale,
              settings.get(VeraSettings.DROPOUT)));
    }
  }
}
