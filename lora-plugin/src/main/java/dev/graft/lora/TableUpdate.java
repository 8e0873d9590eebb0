package dev.graft.lora;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.program.Dim;
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
    if (a.shape().rank() == 2) {
      return a.transpose(0, 1).rows(ids);
    }
    Dim rank = a.shape().dim(1); // each row of the batch has its own A
    Tensor index = ids.unsqueeze(1);
    return a.gather(2, index.expand(index.shape().with(1, rank))).transpose(1, 2);
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
}
