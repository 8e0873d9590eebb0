package dev.graft.merging;

import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.host.HostShape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.GraftIntervention;
import dev.graft.transformer.Grafts;
import dev.graft.transformer.MergedProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of a stack can be computed into weights, and the expressions for it. No value exists yet.
 */
public final class MergePlan {
  private final Grafts grafts;
  private final HostShape host;
  private final Map<Site.Projection, MergedProjection> maps = new LinkedHashMap<>();
  private final List<Tensor> results = new ArrayList<>();
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Unmerged> unmerged = new ArrayList<>();

  public MergePlan(Grafts grafts) {
    this.grafts = grafts;
    this.host = grafts.host();
    Set<Site> sites = new LinkedHashSet<>();
    grafts.list().forEach(graft -> sites.addAll(graft.sites()));
    Set<Site.Projection> owners = new LinkedHashSet<>();
    for (Site site : sites) {
      if (site instanceof Site.Projection projection) {
        owners.add(host.owner(projection));
      } else {
        grafts.list().stream()
            .filter(graft -> graft.sites().contains(site))
            .forEach(graft -> leave(graft, site, "it does not act on a projection"));
      }
    }
    owners.forEach(this::merge);
  }

  /**
   * An affine map with interventions computed into it.
   *
   * @param count how many of the leading ones
   * @param stays whose intervention was the first that could not be
   */
  private record Folded(Affine map, int count, Optional<DeclaredGraft> stays) {}

  /** Merges at a weight: those of a fused projection itself, and after them those of its parts. */
  private void merge(Site.Projection owner) {
    Affine own = grafts.map(owner);
    Folded whole = fold(owner, own, Optional.empty());
    Map<Site.Projection, Affine> before = new LinkedHashMap<>();
    Map<Site.Projection, Folded> parts = new LinkedHashMap<>();
    for (Site.Projection part : host.parts(owner)) {
      before.put(part, host.slice(part).orElseThrow().of(whole.map()));
      parts.put(part, fold(part, before.get(part), whole.stays()));
    }
    boolean inParts = parts.values().stream().anyMatch(part -> part.count() > 0);
    if (whole.count() == 0 && !inParts) {
      return;
    }
    Affine map = inParts ? together(whole.map(), before, parts) : whole.map();
    Tensor weight = merged(map.weight(), own.weight(), owner.path() + ".weight");
    Optional<Tensor> bias =
        map.bias().map(b -> merged(b, own.bias().orElse(null), owner.path() + ".bias"));
    Affine result = new Affine(weight, bias);
    maps.put(owner, new MergedProjection(result, whole.count()));
    parts.forEach(
        (part, folded) ->
            maps.put(
                part,
                new MergedProjection(host.slice(part).orElseThrow().of(result), folded.count())));
  }

  /** The maps of parts as one; a bias that no part changes is the whole's. */
  private static Affine together(
      Affine whole, Map<Site.Projection, Affine> before, Map<Site.Projection, Folded> parts) {
    List<Affine> maps = parts.values().stream().map(Folded::map).toList();
    Tensor weight = Tensor.concat(0, maps.stream().map(Affine::weight).toArray(Tensor[]::new));
    boolean sameBias =
        parts.entrySet().stream()
            .allMatch(e -> e.getValue().map().bias().equals(before.get(e.getKey()).bias()));
    if (sameBias) {
      return new Affine(weight, whole.bias());
    }
    Tensor[] biases =
        maps.stream()
            .map(map -> map.bias().orElseGet(() -> map.weight().select(1, 0).times(0)))
            .toArray(Tensor[]::new);
    return new Affine(weight, Optional.of(Tensor.concat(0, biases)));
  }

  /** Computes the leading run of mergeable interventions into a map. */
  private Folded fold(Site.Projection site, Affine own, Optional<DeclaredGraft> staysBefore) {
    Affine map = own;
    int count = 0;
    Optional<DeclaredGraft> stays = staysBefore;
    for (var placed : grafts.at(site, ProjectionIntervention.class)) {
      if (stays.isPresent()) {
        leave(placed.graft(), site, "it comes after " + stays.get().name() + ", which stays");
        continue;
      }
      Optional<Affine> next = merged(placed, site, map);
      if (next.isPresent()) {
        map = next.get();
        count++;
      } else {
        leave(
            placed.graft(),
            site,
            "its merged() is empty: it is no affine map, or its method does not say which");
        stays = Optional.of(placed.graft());
      }
    }
    return new Folded(map, count, stays);
  }

  private static Optional<Affine> merged(
      GraftIntervention<ProjectionIntervention> placed, Site site, Affine map) {
    return placed.record("merged at " + site.path(), own -> own.merged(map));
  }

  /** The first reason is the one that is told. */
  private void leave(DeclaredGraft graft, Site site, String reason) {
    if (unmerged.stream()
        .noneMatch(u -> u.graft().equals(graft.name()) && u.site().equals(site.path()))) {
      unmerged.add(new Unmerged(graft.name(), site.path(), reason));
    }
  }

  /** The leaf that stands for a result; what no intervention has changed needs none. */
  private Tensor merged(Tensor expression, Tensor own, String name) {
    if (expression.equals(own)) {
      return own;
    }
    results.add(expression);
    Tensor leaf = Tensor.leaf(Tensor.Source.WEIGHT, name, expression.shape(), Type.REAL);
    leaves.add(leaf);
    return leaf;
  }

  /** By projection, and for a fused one by its parts as well. */
  Map<Site.Projection, MergedProjection> maps() {
    return maps;
  }

  /** The expressions of the merged weights, of type REAL. */
  public List<Tensor> results() {
    return results;
  }

  /** What programs read for the results, in their order. */
  public List<Tensor> leaves() {
    return leaves;
  }

  public List<Unmerged> unmerged() {
    return unmerged;
  }
}
