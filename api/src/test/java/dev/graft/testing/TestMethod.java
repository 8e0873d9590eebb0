package dev.graft.testing;

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
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A method of its grafting alone. */
public record TestMethod(String name, Set<Trait> traits, BiConsumer<Host, Graft> grafting)
    implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(name, "").withTraits(traits.toArray(Trait[]::new));
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    grafting.accept(host, graft);
  }

  /** A trained vector at every projection to values, and what it does there. */
  public static BiConsumer<Host, Graft> atValues(
      String name, Function<Tensor, ProjectionIntervention> intervention) {
    return (host, graft) -> {
      for (Site.Projection site : host.projections(Targets.of("value"))) {
        Tensor vector =
            graft.parameter(site.path() + "." + name, Shape.of(site.out()), Initializer.normal(1));
        graft.at(site, intervention.apply(vector));
      }
    };
  }
}
