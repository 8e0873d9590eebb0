package dev.graft.transformer;

import dev.graft.api.SublayerIntervention.State;
import dev.graft.program.Tensor;
import java.util.function.UnaryOperator;

/** A sublayer or block of a pass, as the interventions of one graft see it. */
public record AtSublayer(
    Tensor residual, Tensor input, Tensor output, UnaryOperator<Tensor> norm, RecordedBatch batch)
    implements State {
  /** The same after an intervention. */
  public AtSublayer giving(Tensor changed) {
    return new AtSublayer(residual, input, changed, norm, batch);
  }

  /** The same for the interventions of a graft. */
  public AtSublayer of(DeclaredGraft graft) {
    return new AtSublayer(residual, input, output, norm, batch.of(graft));
  }
}
