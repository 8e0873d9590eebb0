package dev.graft.transformer;

import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Site;
import dev.graft.program.Tensor;

/** How the heads of a host attend: which keys a query sees, and how it weighs them. */
interface Attending {
  /** Queries or keys, (B, heads, S, E), with what positions do to them before they are compared. */
  Tensor positioned(Tensor x);

  /**
   * What queries gather from the values: (B, H, S, E).
   *
   * @param q queries, (B, H, S, E)
   * @param own the keys of the rows themselves, (B, K, S, E)
   * @param all keys and values, (B, K, P + S, E): those in front of the rows, and their own
   */
  Tensor attend(Site.Attention site, Tensor q, Tensor own, KeysValues all);
}
