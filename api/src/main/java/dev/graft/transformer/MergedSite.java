package dev.graft.transformer;

import dev.graft.api.ProjectionIntervention.Affine;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A projection, or the token embeddings, some of whose interventions are in the weights already.
 *
 * @param map the leaves that stand for the merged weights; of the embeddings the table alone
 * @param held which of the interventions at the site they hold, counted from 0 in stack order
 */
public record MergedSite(Affine map, Set<Integer> held) {
  public MergedSite {
    held = Set.copyOf(held);
  }

  /** Of all interventions at the site those that the weights hold. */
  public <T> List<T> held(List<T> all) {
    return IntStream.range(0, all.size()).filter(held::contains).mapToObj(all::get).toList();
  }

  /** Of all interventions at the site those that they don't. */
  public <T> List<T> left(List<T> all) {
    return IntStream.range(0, all.size())
        .filter(i -> !held.contains(i))
        .mapToObj(all::get)
        .toList();
  }
}
