package dev.graft.merging;

import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.Tensor;
import dev.graft.program.Values;
import java.util.List;

/**
 * Weights as they lie on a device, and what programs read for them: those of the base, or with
 * merged ones beside them.
 *
 * @param precision of all of them
 * @param leaves in the order of the values
 * @param values which are not closed with this
 */
public record BaseWeights(Device device, Precision precision, List<Tensor> leaves, Values values) {
  public BaseWeights {
    leaves = List.copyOf(leaves);
  }
}
