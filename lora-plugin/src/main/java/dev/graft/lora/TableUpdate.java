package dev.graft.lora;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Low-rank adaptation of the token table E, whose rows are the columns of what is updated: {@code
 * E^T + s B A}. Hu et al. 2021, arXiv 2106.09685, in the form of their code and of PEFT.
 *
 * @param a A, (rank, vocabulary)
 * @param b B, (width, rank)
 * @param scale s = alpha / rank, ()
 */
record TableUpdate(Tensor a, Tensor b, Tensor scale) implements EmbeddingIntervention {
  /** {@code e + s B A[:, id]}; (B, T, width). */
  @Override
  public Tensor output(Tensor embedded, Batch batch) {
    return embedded.plus(change(batch.ids()));
  }

  /** {@code s B A[:, id]}, (B, T, width). */
  Tensor change(Tensor ids) {
    return columns(ids).linear(b).times(scale);
  }

  /** The columns of A for tokens, (B, T, rank). */
  private Tensor columns(Tensor ids) {
    return TokenTable.rows(a.transpose(-2, -1), ids);
  }

  /** {@code E + s A^T B^T}. */
  @Override
  public Optional<Tensor> merged(Tensor table) {
    return Optional.of(table.plus(product()));
  }

  /** {@code s (B A)^T}, (vocabulary, width). */
  Tensor product() {
    return a.transpose(-2, -1).matmul(b.transpose(-2, -1)).times(scale);
  }

  /** The same update of a head that is the table: {@code s A^T B^T}, (vocabulary, width). */
  LowRankUpdate ofHead(double dropout) {
    return new LowRankUpdate(b.transpose(-2, -1), a.transpose(-2, -1), scale, dropout);
  }

  /**
   * {@linkplain DoraUpdate DoRA} on the token table: each of its columns is brought to a trained
   * length.
   *
   * @param update s B A
   * @param magnitude m, (width)
   * @param table E, (vocabulary, width), the host's own
   */
  record OfDora(TableUpdate update, Tensor magnitude, Tensor table)
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
}
