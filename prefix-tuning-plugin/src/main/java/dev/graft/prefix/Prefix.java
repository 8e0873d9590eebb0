package dev.graft.prefix;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.Batch;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Puts one layer's part of the prefix in front of its attention.
 *
 * @param keysValues the whole prefix, (2 layers, 1, key-value heads, virtual tokens, head width): a
 *     layer's keys, then its values
 * @param index of the layer among those that have a prefix
 */
record Prefix(Tensor keysValues, int index) implements AttentionIntervention {
  /**
   * Li and Liang 2021, section 4.2: {@code softmax(q [P_k; K]^T / sqrt(d)) [P_v; V]}, where P_k and
   * P_v, (1, key-value heads, virtual tokens, head width), are parameters of their own at every
   * layer.
   */
  @Override
  public Optional<KeysValues> front(Batch batch) {
    return Optional.of(
        new KeysValues(keysValues.select(0, 2L * index), keysValues.select(0, 2L * index + 1)));
  }
}
