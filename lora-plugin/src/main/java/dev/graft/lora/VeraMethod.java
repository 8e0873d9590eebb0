package dev.graft.lora;

import dev.graft.api.BufferSpec;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.List;

/**
 * Vector-based random matrix adaptation: Kopiczko et al. 2024, arXiv 2310.11454. One frozen random
 * pair of matrices serves all sites; where sites differ in size, each uses the corner that fits it,
 * as in PEFT.
 */
public final class VeraMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "vera",
            "two vectors around random matrices that all sites share (Kopiczko et al. 2024)")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START, Trait.PER_ROW)
        .withSettings(VeraSettings.SPEC)
        .withLearningRate(2.5e-2);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    long rank = settings.get(VeraSettings.RANK);
    List<Site.Projection> sites = host.projections(settings.get(VeraSettings.TARGETS));
    long in = sites.stream().mapToLong(Site.Projection::in).max().orElseThrow();
    long out = sites.stream().mapToLong(Site.Projection::out).max().orElseThrow();
    Tensor a = random("vera_A", Shape.of(rank, in), settings, graft);
    Tensor b = random("vera_B", Shape.of(out, rank), settings, graft);
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

  /** Section 3.3: Kaiming initialisation keeps the variance whatever the rank is. */
  private static Tensor random(String name, Shape shape, Settings settings, Graft graft) {
    Initializer uniform = Initializer.uniform(Math.sqrt(6.0 / shape.dim(1).fixed()));
    return graft.buffer(
        BufferSpec.of(name, shape, uniform).drawnFrom(settings.get(VeraSettings.PROJECTION_SEED)));
  }

  @Override
  public boolean mayShareBatch(Settings one, Settings other) {
    return true; // zero rows and columns of A and B, and zeros of d, add nothing
  }
}
