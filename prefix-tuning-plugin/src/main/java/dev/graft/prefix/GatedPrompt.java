package dev.graft.prefix;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.program.Tensor;

/**
 * Adds gated attention to one layer's prompt: LLaMA-Adapter, Zhang et al. 2023, arXiv 2303.16199.
 *
 * @param prompt the adaption prompt, (p, width)
 * @param gate g, of shape (1)
 */
record GatedPrompt(Site.Attention site, Tensor prompt, Tensor gate)
    implements AttentionIntervention {
  /**
   * Section 3.2: {@code softmax(q K^T / sqrt(d)) V + g softmax(q K_p^T / sqrt(d)) V_p}, (B, H, T,
   * head width), the prompt with a softmax of its own.
   */
  @Override
  public Tensor output(Attended attended) {
    Tensor query = attended.query();
    Tensor keys = heads(attended.key(), query); // (B, K, p, E)
    Tensor values = heads(attended.value(), query);
    return attended.output().plus(query.attend(keys, values, null, false, 0).times(gate));
  }

  /** K_p or V_p: the prompt through one of the layer's own projections. */
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
