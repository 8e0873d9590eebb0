package dev.graft.conformance;

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
import java.util.Set;
import java.util.function.BiFunction;

/** A method of parts that a test gives. */
record GivenMethod(
    String name, int apiVersion, SettingsSpec settings, Set<Trait> traits, Grafting grafting)
    implements PeftMethod {
  /** What the method does. */
  interface Grafting {
    void graft(Host host, Settings settings, Graft graft);
  }

  /** What a vector does at a projection. */
  interface Update extends BiFunction<Tensor, ProjectionIntervention.Projected, Tensor> {}

  GivenMethod(Grafting grafting, Trait... traits) {
    this("given", API_VERSION, SettingsSpec.of(), Set.of(traits), grafting);
  }

  GivenMethod(Setting<?> setting) {
    this("given", API_VERSION, SettingsSpec.of(setting), Set.of(), gain());
  }

  @Override
  public MethodSpec spec() {
    return new MethodSpec(name, "", settings, traits, 1e-2);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    grafting.graft(host, settings, graft);
  }

  /** One vector of ones for each projection to values. */
  static Grafting vectors(BiFunction<Graft, Tensor, ProjectionIntervention> made) {
    return (host, settings, graft) -> {
      for (Site.Projection site : host.projections(Targets.of("value"))) {
        Tensor vector =
            graft.parameter(site.path() + ".vector", Shape.of(site.out()), Initializer.ones());
        graft.at(site, made.apply(graft, vector));
      }
    };
  }

  /** The same with an intervention that replaces the output. */
  static Grafting at(Update update) {
    return vectors((graft, vector) -> output(vector, update));
  }

  static ProjectionIntervention output(Tensor vector, Update update) {
    return new ProjectionIntervention() {
      @Override
      public Tensor output(Projected p) {
        return update.apply(vector, p);
      }
    };
  }

  /** A correct one: what values' projections give is scaled. */
  static Grafting gain() {
    return at((vector, p) -> p.y().times(vector));
  }
}
