package dev.graft.merging;

import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.host.HostShape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Grafts;
import dev.graft.transformer.MergedSite;
import dev.graft.transformer.Side;
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
  private final Map<Site, MergedSite> maps = new LinkedHashMap<>();
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
      } else if (site instanceof Site.Embeddings embeddings) {
        merge(embeddings);
      } else {
        grafts.list().stream()
            .filter(graft -> graft.sites().contains(site))
            .forEach(graft -> leave(graft, site, "it does not act on a projection"));
      }
    }
    owners.forEach(this::merge);
  }

  /** Merges at a weight: those of a fused projection itself, and after them those of its parts. */
  private void merge(Site.Projection owner) {
    Affine own = grafts.map(owner);
    Map<Site.Projection, Folding> parts = new LinkedHashMap<>();
    host.parts(owner).forEach(part -> parts.put(part, folding(part, false)));
    Folding whole = folding(owner, parts.values().stream().anyMatch(Folding::changesAnything));
    Affine folded = whole.outputs(own);
    Map<Site.Projection, Affine> before = new LinkedHashMap<>();
    Map<Site.Projection, Affine> after = new LinkedHashMap<>();
    parts.forEach(
        (part, folding) -> {
          Affine map = host.slice(part).orElseThrow().of(folded);
          before.put(part, map);
          after.put(part, fold(part, folding, whole, map));
        });
    boolean inParts = parts.values().stream().anyMatch(part -> !part.held().isEmpty());
    Affine map = inParts ? together(folded, before, after) : folded;
    Optional<Map.Entry<Site.Projection, Folding>> partial =
        parts.entrySet().stream().filter(part -> !part.getValue().isWhole()).findFirst();
    if (partial.isPresent()) {
      whole.leaveInputs(
          "what it changes is read at "
              + partial.get().getKey().path()
              + ", where something stays");
    } else {
      map = whole.inputs(map);
    }
    leave(owner, whole);
    parts.forEach(this::leave);
    if (whole.held().isEmpty() && !inParts) {
      return;
    }
    Tensor weight = merged(map.weight(), own.weight(), owner.path() + ".weight");
    Optional<Tensor> bias =
        map.bias().map(x -> merged(x, own.bias().orElse(null), owner.path() + ".bias"));
    Affine result = new Affine(weight, bias);
    maps.put(owner, new MergedSite(result, whole.held()));
    parts.forEach(
        (part, folding) ->
            maps.put(
                part, new MergedSite(host.slice(part).orElseThrow().of(result), folding.held())));
  }

  /** Merges at the token table, in stack order up to the first that stays. */
  private void merge(Site.Embeddings site) {
    Tensor own = grafts.weight(site.table());
    Tensor table = own;
    Set<Integer> held = new LinkedHashSet<>();
    var placed = grafts.at(site, EmbeddingIntervention.class);
    Optional<String> stays = Optional.empty();
    for (int i = 0; i < placed.size(); i++) {
      Tensor before = table;
      Optional<Tensor> next =
          stays.isPresent()
              ? Optional.empty()
              : placed.get(i).record("merged at " + site.path(), each -> each.merged(before));
      if (next.isPresent()) {
        table = next.get();
        held.add(i);
      } else {
        DeclaredGraft graft = placed.get(i).graft();
        leave(graft, site, stays.map(Folding::after).orElse("it is no change of the token table"));
        stays = stays.isPresent() ? stays : Optional.of(graft.name());
      }
    }
    if (!held.isEmpty()) {
      Tensor weight = merged(table, own, host.nameOf(site.table()));
      maps.put(site, new MergedSite(new Affine(weight, Optional.empty()), held));
    }
  }

  private Folding folding(Site.Projection site, boolean isFollowed) {
    return new Folding(site, grafts.at(site, ProjectionIntervention.class), isFollowed);
  }

  /** Folds what a part of a fused projection has, after what the whole has. */
  private static Affine fold(Site.Projection part, Folding folding, Folding whole, Affine map) {
    if (whole.firstLeft().isPresent()) {
      folding.leaveAllAfter(whole.firstLeft().get());
      return map;
    }
    if (folding.changes(Side.INPUT) && whole.changes(Side.OUTPUT)) {
      folding.leaveAll(
          "the whole projection is changed for another input than that of " + part.path());
      return map;
    }
    return folding.inputs(folding.outputs(map));
  }

  /** The maps of parts as one; a bias that no part changes is the whole's. */
  private static Affine together(
      Affine whole, Map<Site.Projection, Affine> before, Map<Site.Projection, Affine> after) {
    List<Affine> maps = List.copyOf(after.values());
    Tensor weight = Tensor.concat(0, maps.stream().map(Affine::weight).toArray(Tensor[]::new));
    boolean sameBias =
        after.entrySet().stream()
            .allMatch(e -> e.getValue().bias().equals(before.get(e.getKey()).bias()));
    if (sameBias) {
      return new Affine(weight, whole.bias());
    }
    Tensor[] biases =
        maps.stream()
            .map(map -> map.bias().orElseGet(() -> map.weight().select(1, 0).times(0)))
            .toArray(Tensor[]::new);
    return new Affine(weight, Optional.of(Tensor.concat(0, biases)));
  }

  private void leave(Site.Projection site, Folding folding) {
    folding.left().forEach(left -> leave(left.graft(), site, left.reason()));
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

  /** By site, and for a fused projection by its parts as well. */
  Map<Site, MergedSite> maps() {
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
