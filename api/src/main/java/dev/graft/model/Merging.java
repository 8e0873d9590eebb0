package dev.graft.model;

import dev.graft.api.Site;
import dev.graft.model.Forward.Merged;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Weights with interventions computed into them, beside the base's own. */
final class Merging implements AutoCloseable {
  private final Map<Site.Projection, Merged> maps;
  private final List<Unmerged> unmerged;
  private final List<Tensor> leaves;
  private final Values bound;
  private final Values own;

  private Merging(
      Map<Site.Projection, Merged> maps,
      List<Unmerged> unmerged,
      List<Tensor> leaves,
      Values bound,
      Values own) {
    this.maps = maps;
    this.unmerged = List.copyOf(unmerged);
    this.leaves = leaves;
    this.bound = bound;
    this.own = own;
  }

  /** Nothing merged: the base's weights. */
  static Merging none(Model model) {
    return none(model, List.of());
  }

  private static Merging none(Model model, List<Unmerged> unmerged) {
    return new Merging(
        Map.of(), unmerged, model.leaves(), model.weights(), Values.borrowing(List.of()));
  }

  /** Computes what can be merged, in a precision above the weights', and rounds it to theirs. */
  static Merging of(Model model, Stack stack, Values values) {
    MergePlan plan = new MergePlan(stack);
    if (plan.maps().isEmpty()) {
      return none(model, plan.unmerged());
    }
    Program program =
        Program.builder(model.precision().isHalf() ? Precision.FLOAT32 : Precision.FLOAT64)
            .stored(model.precision())
            .returned(model.precision())
            .weights(model.leaves())
            .values(stack.leaves())
            .outputs(plan.results())
            .build();
    Values own;
    try (CompiledProgram compiled = program.compile(model.device(), model.weights());
        Values none = Values.borrowing(List.of())) {
      own = compiled.run(values, none);
    }
    List<Tensor> leaves = new ArrayList<>(model.leaves());
    leaves.addAll(plan.leaves());
    List<Value> bound = new ArrayList<>(model.weights().list());
    bound.addAll(own.list());
    return new Merging(plan.maps(), plan.unmerged(), leaves, Values.borrowing(bound), own);
  }

  boolean isEmpty() {
    return maps.isEmpty();
  }

  /** The number of projections whose weights hold interventions. */
  int count() {
    return (int) maps.values().stream().filter(map -> map.count() > 0).count();
  }

  Map<Site.Projection, Merged> maps() {
    return maps;
  }

  List<Unmerged> unmerged() {
    return unmerged;
  }

  List<Tensor> leaves() {
    return leaves;
  }

  Values bound() {
    return bound;
  }

  /** The merged weights alone. */
  Values own() {
    return own;
  }

  @Override
  public void close() {
    if (!isEmpty()) {
      bound.close();
      own.close();
    }
  }
}
