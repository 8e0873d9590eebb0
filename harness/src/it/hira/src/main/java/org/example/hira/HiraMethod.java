package org.example.hira;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.Optional;

/** Hadamard high-rank adaptation: Huang et al., ICLR 2025. W becomes W + W * (B A). */
public final class HiraMethod implements PeftMethod {
  private static final Setting<Integer> RANK =
      Setting.integer("rank", 8, 1, 4096, "the rank r of B A");
  private static final Setting<Targets> TARGETS =
      Setting.targets("targets", Targets.of("query", "value"), "the projections to adapt");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("hira", "weights times low-rank matrices, elementwise (Huang et al. 2025)")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START)
        .withSettings(SettingsSpec.of(RANK, TARGETS))
        .withLearningRate(2.5e-2);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int rank = settings.get(RANK);
    for (Site.Projection site : host.projections(settings.get(TARGETS))) {
      String name = site.path();
      Tensor a =
          graft.parameter(
              name + ".hira_A", Shape.of(rank, site.in()), Initializer.kaimingUniform());
      Tensor b =
          graft.parameter(name + ".hira_B", Shape.of(site.out(), rank), Initializer.zeros());
      graft.at(site, new HadamardUpdate(a, b, site.weight()));
    }
  }

  /** Shapes: a is (r, in), b is (out, r), and w, the host's own weight W, is (out, in). */
  record HadamardUpdate(Tensor a, Tensor b, Tensor w) implements ProjectionIntervention {
    private Tensor update() {
      return w.times(b.matmul(a));
    }

    /** {@code y + (W * (B A)) x}, where y is the output so far. */
    @Override
    public Tensor output(Projected p) {
      return p.y().plus(p.x().linear(update()));
    }

    /** The update is linear in x, so it can be computed into the weight so far. */
    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(host.plusWeight(update()));
    }
  }
}
