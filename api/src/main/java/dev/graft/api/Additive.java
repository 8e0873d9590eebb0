package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Own;
import java.util.List;

/**
 * What a {@link PeftMethod} implements besides, if several of its grafts, each times a weight, can
 * be added up to one that changes the host by exactly the sum of what they change.
 */
public interface Additive {
  /**
   * Adds grafts up.
   *
   * @param terms at least one
   * @param host that all terms were made for
   * @return settings and tensors of the sum
   * @throws GraftException if the settings of a term make its change one that can't be added
   */
  Own sum(List<Term> terms, Host host);

  /**
   * A graft of a sum.
   *
   * @param name by which messages call it
   * @param graft its settings and saved tensors, under the method's own names
   * @param weight by which its change is multiplied: any number but infinity
   */
  record Term(String name, Own graft, double weight) {}
}
