package dev.graft.transformer;

import dev.graft.GraftException;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;

/** The two sides of a projection, each of which an intervention may change. */
public enum Side {
  INPUT,
  OUTPUT;

  /**
   * What an intervention does at a site, which shows when it is recorded.
   *
   * @param changed the sides that it changes
   * @param isShared whether it leaves something for others that are recorded after it, or reads
   *     what they left
   */
  public record Effect(Set<Side> changed, boolean isShared) {
    public Effect {
      changed = Set.copyOf(changed);
    }
  }

  /** What an intervention does at a site. */
  public static Effect effect(
      GraftIntervention<ProjectionIntervention> intervention, Site.Projection site) {
    Alone alone = new Alone(intervention, site);
    return new Effect(alone.changed, alone.batch.isShared());
  }

  /** An intervention recorded by itself. */
  private static final class Alone {
    private final GraftIntervention<ProjectionIntervention> intervention;
    private final String where;
    private final RecordedBatch batch;
    private final Set<Side> changed = EnumSet.noneOf(Side.class);

    Alone(GraftIntervention<ProjectionIntervention> intervention, Site.Projection site) {
      this.intervention = intervention;
      this.where = "at " + site.path();
      Dim length = Dim.symbol("S");
      this.batch = RecordedBatch.ofNoPass(length).of(intervention.graft());
      Tensor x = leaf("x", Transformer.B, length, Dim.of(site.in()));
      Tensor y = leaf("y", Transformer.B, length, Dim.of(site.out()));
      record(INPUT, x, each -> each.input(x, batch));
      AtProjection projected = new AtProjection(x, y, site.bias(), y, site.weight(), batch);
      record(OUTPUT, y, each -> each.output(projected));
    }

    /** What is asked for in vain, as nothing was recorded before, is asked for to change. */
    private void record(
        Side side, Tensor before, Function<ProjectionIntervention, Tensor> recording) {
      try {
        if (!intervention.record(where, recording).equals(before)) {
          changed.add(side);
        }
      } catch (GraftException e) {
        if (!batch.isMissed()) {
          throw e;
        }
        changed.add(side);
      }
    }

    private static Tensor leaf(String name, Dim... dims) {
      return Tensor.leaf(Tensor.Source.INPUT, name, Shape.of(dims), Type.REAL);
    }
  }
}
