package dev.graft.lora;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.ProjectionIntervention;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * A trained copy of the token table that tokens are embedded with, while a head that is the table
 * keeps the host's.
 *
 * @param weight (vocabulary, width)
 */
record OwnTable(Tensor weight) implements EmbeddingIntervention {
  @Override
  public Tensor output(Tensor embedded, Batch batch) {
    return TokenTable.rows(weight, batch.ids());
  }

  @Override
  public Optional<Tensor> merged(Tensor table) {
    return Optional.of(weight);
  }

  /**
   * A trained copy of the table for the head alone.
   *
   * @param weight (vocabulary, width)
   */
  record OfHead(Tensor weight) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.x().linear(weight);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(new Affine(weight, host.bias()));
    }
  }
}
