package dev.graft.testing;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;

/**
 * An update of the whole weight from a few coefficients of its spectrum, after FourierFT (Gao et
 * al. 2024, arXiv 2405.03003): an expression over parameters alone that costs more than the pass.
 *
 * @param coefficients of each weight
 */
public record FourierMethod(int coefficients) implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("fourier", "");
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    for (Site.Projection site : host.projections(Targets.of("query", "value"))) {
      long size = site.weight().shape().size().fixed();
      Shape shape = Shape.of(coefficients);
      Tensor c = graft.parameter(site.path() + ".c", shape, Initializer.normal(1));
      Tensor places =
          graft.buffer(
              site.path() + ".places",
              shape,
              Type.INT64,
              new Initializer.Drawn((random, s) -> random.nextLong(size)));
      graft.at(site, new Spectral(c, places));
    }
  }

  record Spectral(Tensor c, Tensor places) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      Shape shape = p.weight().shape();
      Tensor spectrum = c.zeros(Shape.of(shape.size())).scatter(0, places, c).reshape(shape);
      double scale = Math.sqrt((double) shape.size().fixed());
      Tensor update = spectrum.inverseFft(0, 1).real().times(scale).to(Type.REAL);
      return p.y().plus(p.x().linear(update));
    }
  }
}
