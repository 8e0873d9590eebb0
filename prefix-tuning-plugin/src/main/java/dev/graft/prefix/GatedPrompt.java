package dev.graft.prefix;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.program.Tensor;

/**
 * Adds gated attention to one layer's prompt.
 *
 * @param prompt the adaption prompt, (p, width)
 * @param gate g, of shape (1)
 */
record GatedPrompt(Site.Attention site, Tensor prompt, Tensor gate)
    implements AttentionIntervention {
  /** Section 3.2: a softmax of its own for the prompt, multiplied by the gate. */
  @Override
  public Tensor output(Attended attended) {
    Tensor query = attended.query();
    Tensor keys = heads(attended.key(), query); // (B, K, p, E)
    Tensor values = heads(attended.value(), query);
    return attended.output().plus(query.attend(keys, values, null, false, 0).times(gate));
  }

  /** The prompt through one of the layer's own projections. */
  private Tensor heads(Affine projection, Tensor query) {
    Tensor rows =
        projection
            .of(prompt)
            .reshape(0, site.keyValueHeads(), site.headWidth())
            .transpose(0, 1)
            .unsqueeze(0);
    return rows.expand(rows.shape().with(0, query.shape().dim(0)));
  }
}
