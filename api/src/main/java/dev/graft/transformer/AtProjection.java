package dev.graft.transformer;

import dev.graft.api.ProjectionIntervention.Projected;
import dev.graft.program.Tensor;
import java.util.Optional;

/** A projection of a pass, as the interventions of one graft see it. */
public record AtProjection(
    Tensor x, Tensor linear, Optional<Tensor> bias, Tensor y, Tensor weight, RecordedBatch batch)
    implements Projected {
  /** The same after an intervention. */
  public AtProjection giving(Tensor output) {
    return new AtProjection(x, linear, bias, output, weight, batch);
  }

  /** The same for the interventions of a graft. */
  public AtProjection of(DeclaredGraft graft) {
    return new AtProjection(x, linear, bias, y, weight, batch.of(graft));
  }
}
