package dev.graft.api;

import java.util.List;

/**
 * Adds up several grafts of a method, each times a weight, to one that changes the host by exactly
 * the sum of what they change.
 */
@FunctionalInterface
public interface GraftSum {
  /**
   * Adds grafts up.
   *
   * @param terms at least one
   * @param host that all terms were made for
   * @return settings and tensors of the sum
   * @throws dev.graft.GraftException if the settings of a term make its change one that can't be
   *     added
   */
  StoredGraft of(List<Term> terms, Host host);

  /**
   * A graft of a sum.
   *
   * @param name by which messages call it
   * @param graft its settings and saved tensors
   * @param weight by which its change is multiplied: any number but infinity
   */
  record Term(String name, StoredGraft graft, double weight) {}
}
