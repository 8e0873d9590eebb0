package dev.graft.testing;

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
import dev.graft.program.Type;
import java.util.Optional;

/**
 * SHiRA: Bhardwaj et al. 2024, arXiv 2406.13175, section 3. A few elements of each weight are
 * trained, at places drawn once (SHiRA-Rand).
 */
public final class ShiraMethod implements PeftMethod {
  private static final Setting<Integer> RANK =
      Setting.integer("rank", 2, 1, 1024, "trained elements, counted as a LoRA of this rank");
  private static final Setting<Targets> TARGETS =
      Setting.targets("targets", Targets.of("query", "value"), "the projections to change");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("shira", "a few elements of each weight (Bhardwaj et al. 2024)")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START)
        .withSettings(SettingsSpec.of(RANK, TARGETS));
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    for (Site.Projection site : host.projections(settings.get(TARGETS))) {
      long size = site.in() * site.out();
      Shape count = Shape.of(Math.min(size, settings.get(RANK) * (site.in() + site.out())));
      Initializer different =
          Initializer.array(
              (random, shape) ->
                  random
                      .longs(0, size)
                      .distinct()
                      .limit(shape.dim(0).fixed())
                      .asDoubleStream()
                      .toArray());
      Tensor places = graft.buffer(site.path() + ".places", count, Type.INT64, different);
      Tensor values = graft.parameter(site.path() + ".values", count, Initializer.zeros());
      Tensor update =
          values
              .zeros(Shape.of(size))
              .scatter(0, places, values)
              .reshape(Shape.of(site.out(), site.in()));
      graft.at(site, new Update(update));
    }
  }

  /** {@code (W + S) x + b} for a sparse S, (out, in). */
  record Update(Tensor s) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().plus(p.x().linear(s));
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(host.plusWeight(s));
    }
  }
}
