package dev.graft.model;

import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.api.Targets;
import dev.graft.model.Forward.Merged;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Weights with interventions computed into them, beside the base's own. */
final class Merging implements AutoCloseable {
  private final Map<Site.Projection, Merged> maps;
  private final List<Tensor> leaves;
  private final Values bound;
  private final Values own;

  private Merging(
      Map<Site.Projection, Merged> maps, List<Tensor> leaves, Values bound, Values own) {
    this.maps = maps;
    this.leaves = leaves;
    this.bound = bound;
    this.own = own;
  }

  /** Nothing merged: the base's weights. */
  static Merging none(Model model) {
    return new Merging(Map.of(), model.leaves(), model.weights(), Values.borrowing(List.of()));
  }

  /** Computes what can be merged, in 64 bits. */
  static Merging of(Model model, Stack stack, Values values) {
    Map<Site.Projection, Merged> maps = new LinkedHashMap<>();
    List<Tensor> results = new ArrayList<>();
    List<Tensor> leaves = new ArrayList<>();
    for (Site.Projection site : model.host().projections(Targets.of(Targets.ALL_LINEAR))) {
      Affine host =
          new Affine(
              stack.resolved(site.path() + ".weight", site.weight()),
              site.bias().map(bias -> stack.resolved(site.path() + ".bias", bias)));
      Affine map = host;
      int count = 0;
      for (var placed : stack.interventions(site, ProjectionIntervention.class)) {
        Optional<Affine> next = placed.intervention().merged(map);
        if (next.isEmpty()) {
          break;
        }
        map = next.get();
        count++;
      }
      if (count > 0) {
        Tensor weight = result(map.weight(), site.path() + ".weight", results, leaves);
        Optional<Tensor> bias =
            map.bias().equals(host.bias())
                ? host.bias()
                : map.bias().map(b -> result(b, site.path() + ".bias", results, leaves));
        maps.put(site, new Merged(new Affine(weight, bias), count));
      }
    }
    return maps.isEmpty() ? none(model) : computed(model, stack, values, maps, results, leaves);
  }

  private static Tensor result(
      Tensor expression, String name, List<Tensor> results, List<Tensor> leaves) {
    results.add(expression.to(Type.FLOAT32));
    Tensor leaf = Tensor.leaf(Tensor.Source.WEIGHT, name, expression.shape(), Type.REAL);
    leaves.add(leaf);
    return leaf;
  }

  private static Merging computed(
      Model model,
      Stack stack,
      Values values,
      Map<Site.Projection, Merged> maps,
      List<Tensor> results,
      List<Tensor> leaves) {
    Program program =
        Program.builder(Precision.FLOAT64)
            .stored(model.precision())
            .weights(model.leaves())
            .values(stack.leaves())
            .outputs(results)
            .build();
    Values own;
    try (CompiledProgram compiled = program.compile(model.device(), model.weights());
        Values none = Values.borrowing(List.of())) {
      own = compiled.run(values, none);
    }
    List<Tensor> allLeaves = new ArrayList<>(model.leaves());
    allLeaves.addAll(leaves);
    List<Value> all = new ArrayList<>(model.weights().list());
    all.addAll(own.list());
    return new Merging(maps, allLeaves, Values.borrowing(all), own);
  }

  boolean isEmpty() {
    return maps.isEmpty();
  }

  Map<Site.Projection, Merged> maps() {
    return maps;
  }

  List<Tensor> leaves() {
    return leaves;
  }

  Values bound() {
    return bound;
  }

  @Override
  public void close() {
    if (!isEmpty()) {
      bound.close();
      own.close();
    }
  }
}
