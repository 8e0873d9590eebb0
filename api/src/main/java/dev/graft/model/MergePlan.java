package dev.graft.model;

import dev.graft.api.Graft;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.model.Forward.Merged;
import dev.graft.model.Stack.Placed;
import dev.graft.program.Scope;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of a stack can be computed into weights, and the expressions that do it. No value exists. */
final class MergePlan {
  private final Stack stack;
  private final Map<Site.Projection, Merged> maps = new LinkedHashMap<>();
  private final List<Tensor> results = new ArrayList<>();
  private final List<Tensor> leaves = new ArrayList<>();
  private final Set<Unmerged> unmerged = new LinkedHashSet<>();

  MergePlan(Stack stack) {
    this.stack = stack;
    Set<Site> sites = new LinkedHashSet<>();
    stack.grafts().forEach(graft -> sites.addAll(graft.sites()));
    for (Site site : sites) {
      if (site instanceof Site.Projection projection) {
        merge(projection);
      } else {
        stack.grafts().stream()
            .filter(graft -> graft.sites().contains(site))
            .forEach(graft -> leave(graft, site, "it does not act on a projection"));
      }
    }
  }

  /** An affine map, and how many interventions it holds. */
  private record Folded(Affine map, int count) {}

  private void merge(Site.Projection site) {
    Affine host = host(site);
    Folded folded =
        fold(site, host, stack.interventions(site, ProjectionIntervention.class));
    if (folded.count() > 0) {
      String path = site.path();
      Tensor weight = merged(folded.map().weight(), host.weight(), path + ".weight");
      Optional<Tensor> bias =
          folded.map().bias().map(b -> merged(b, host.bias().orElse(null), path + ".bias"));
      maps.put(site, new Merged(new Affine(weight, bias), folded.count()));
    }
  }

  private Affine host(Site.Projection site) {
    return new Affine(
        stack.resolved(site.path() + ".weight", site.weight()),
        site.bias().map(bias -> stack.resolved(site.path() + ".bias", bias)));
  }

  /** Computes the leading run of mergeable interventions into a map. */
  private Folded fold(Site site, Affine host, List<Placed<ProjectionIntervention>> placed) {
    Affine map = host;
    for (int i = 0; i < placed.size(); i++) {
      Placed<ProjectionIntervention> each = placed.get(i);
      Affine before = map;
      Optional<Affine> next =
          Scope.within(
              each.graft().name() + " merged at " + site.path(),
              () -> each.intervention().merged(before));
      if (next.isEmpty()) {
        leave(each.graft(), site, "it is no affine map, or its method does not say which");
        for (Placed<?> later : placed.subList(i + 1, placed.size())) {
          leave(later.graft(), site, "it comes after " + each.graft().name() + ", which stays");
        }
        return new Folded(map, i);
      }
      map = next.get();
    }
    return new Folded(map, placed.size());
  }

  private void leave(Graft graft, Site site, String reason) {
    if (unmerged.stream()
        .noneMatch(u -> u.graft().equals(graft.name()) && u.site().equals(site.path()))) {
      unmerged.add(new Unmerged(graft.name(), site.path(), reason));
    }
  }

  /** The leaf that stands for a result; what no intervention has changed needs none. */
  private Tensor merged(Tensor expression, Tensor host, String name) {
    if (expression.equals(host)) {
      return host;
    }
    results.add(expression);
    Tensor leaf = Tensor.leaf(Tensor.Source.WEIGHT, name, expression.shape(), Type.REAL);
    leaves.add(leaf);
    return leaf;
  }

  Map<Site.Projection, Merged> maps() {
    return maps;
  }

  /** The expressions of the merged weights, of type REAL. */
  List<Tensor> results() {
    return results;
  }

  /** What programs read for the results, in their order. */
  List<Tensor> leaves() {
    return leaves;
  }

  List<Unmerged> unmerged() {
    return List.copyOf(unmerged);
  }
}
