package dev.graft.transformer;

import dev.graft.api.Batch;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Projected;
import dev.graft.api.Site;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.EnumSet;
import java.util.Set;

/** The two sides of a projection, each of which an intervention may change. */
public enum Side {
  INPUT,
  OUTPUT;

  /** Those that an intervention changes, which shows when it is recorded. */
  public static Set<Side> changedBy(
      GraftIntervention<ProjectionIntervention> intervention, Site.Projection site) {
    Dim b = Transformer.B;
    Dim s = Dim.symbol("S");
    Tensor x = leaf("x", Type.REAL, b, s, Dim.of(site.in()));
    Tensor y = leaf("y", Type.REAL, b, s, Dim.of(site.out()));
    Tensor rows = leaf("rows", Type.INT64, b, s);
    Batch batch = new Batch(rows, rows, rows, rows);
    Projected projected = new Projected(x, y, site.bias(), y, site.weight(), batch);
    String where = "at " + site.path();
    Set<Side> changed = EnumSet.noneOf(Side.class);
    if (!intervention.record(where, each -> each.input(x)).equals(x)) {
      changed.add(INPUT);
    }
    if (!intervention.record(where, each -> each.output(projected)).equals(y)) {
      changed.add(OUTPUT);
    }
    return changed;
  }

  private static Tensor leaf(String name, Type type, Dim... dims) {
    return Tensor.leaf(Tensor.Source.INPUT, name, Shape.of(dims), type);
  }
}
