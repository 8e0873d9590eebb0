package dev.graft.transformer;

import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.host.HostShape;
import dev.graft.program.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Grafts on one host, in order: what they put at its sites, and what programs read in the place of
 * its weights.
 */
public record Grafts(HostShape host, List<DeclaredGraft> list) {
  public Grafts {
    list = List.copyOf(list);
  }

  /** The host alone. */
  public static Grafts none(HostShape host) {
    return new Grafts(host, List.of());
  }

  /** These grafts with others in front, reading the same tensors. */
  public Grafts behind(List<DeclaredGraft> front) {
    List<DeclaredGraft> all = new ArrayList<>(front);
    all.addAll(list);
    return new Grafts(host, all);
  }

  /** The interventions of a kind at a site, in stack order. */
  public <T> List<GraftIntervention<T>> at(Site site, Class<T> kind) {
    return list.stream()
        .flatMap(g -> g.interventions(site, kind).stream().map(i -> new GraftIntervention<>(g, i)))
        .toList();
  }

  /** By how many positions real tokens move up. */
  public int positionShift() {
    return list.stream().mapToInt(DeclaredGraft::positionShift).sum();
  }

  /** What programs read for a weight of the host: a graft's own copy if it was unfrozen. */
  public Tensor weight(Tensor host) {
    return list.stream()
        .map(graft -> graft.unfrozen(this.host.nameOf(host)))
        .flatMap(Optional::stream)
        .map(Owned::leaf)
        .findFirst()
        .orElse(host);
  }

  /** The host's map at a projection, with unfrozen weights in the place of its own. */
  public Affine map(Site.Projection site) {
    Optional<HostShape.Slice> slice = host.slice(site);
    return slice.isPresent()
        ? slice.get().of(map(slice.get().fused()))
        : new Affine(weight(site.weight()), site.bias().map(this::weight));
  }
}
