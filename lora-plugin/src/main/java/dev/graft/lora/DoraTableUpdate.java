package dev.graft.lora;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * {@linkplain DoraUpdate DoRA} on the token table: each of its columns is brought to a trained
 * length.
 *
 * @param update s B A
 * @param magnitude m, (width)
 * @param table E, (vocabulary, width), the host's own
 */
record DoraTableUpdate(TableUpdate update, Tensor magnitude, Tensor table)
    implements EmbeddingIntervention {
  /** {@code e + c + (m / ||E^T + s B A|| - 1) (E[id] + c)} with {@code c = s B A[:, id]}. */
  @Override
  public Tensor output(Tensor embedded, Batch batch) {
    Tensor change = update.change(batch.ids());
    Tensor direction = table.rows(batch.ids()).plus(change);
    Tensor stretch = DoraUpdate.stretch(magnitude, columns());
    return embedded.plus(change).plus(direction.times(stretch.plus(-1)));
  }

  /** {@code (m (E^T + s B A) / ||E^T + s B A||)^T} in the place of E. */
  @Override
  public Optional<Tensor> merged(Tensor host) {
    Tensor stretched = DoraUpdate.stretched(magnitude, columns());
    return Optional.of(host.plus(stretched.transpose(-2, -1).minus(table)));
  }

  /** {@code E^T + s B A}, (width, vocabulary). */
  private Tensor columns() {
    return table.plus(update.product()).transpose(-2, -1);
  }
}
