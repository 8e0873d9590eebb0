package dev.graft.testing;

import dev.graft.api.Batch;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.Optional;

/** (IA)3: Liu et al. 2022, arXiv 2205.05638, section 3.3. */
public final class Ia3Method implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("ia3", "")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START, Trait.PER_ROW)
        .withLearningRate(2e-2);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    for (Site.Projection site : host.projections(Targets.of("key", "value"))) {
      Tensor l = graft.parameter(site.path() + ".ia3_l", Shape.of(site.out()), Initializer.ones());
      graft.at(site, new ScaledOutput(l));
    }
    for (Site.Projection site : host.projections(Targets.of("mlp.down"))) {
      Tensor l = graft.parameter(site.path() + ".ia3_l", Shape.of(site.in()), Initializer.ones());
      graft.at(site, new ScaledInput(l));
    }
  }

  /** {@code l * (W x + b)}: keys and values. */
  record ScaledOutput(Tensor l) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().times(l);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      Tensor weight = host.weight().times(l.unsqueeze(1));
      return Optional.of(new Affine(weight, host.bias().map(l::times)));
    }
  }

  /** {@code W (l * x) + b}: the activations inside the MLP. */
  record ScaledInput(Tensor l) implements ProjectionIntervention {
    @Override
    public Tensor input(Tensor x, Batch batch) {
      return x.times(l);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(new Affine(host.weight().times(l), host.bias()));
    }
  }
}
