package dev.graft.merging;

import dev.graft.api.Site;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.MergedSite;
import dev.graft.transformer.Stack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Weights with interventions computed into them, beside the base's own, which stay as they are. */
public final class MergedWeights implements AutoCloseable {
  private final BaseWeights bound;
  private final Map<Site, MergedSite> maps;
  private final List<Unmerged> unmerged;
  private final List<Values> own;

  private MergedWeights(
      BaseWeights bound, Map<Site, MergedSite> maps, List<Unmerged> unmerged, List<Values> own) {
    this.bound = bound;
    this.maps = maps;
    this.unmerged = List.copyOf(unmerged);
    this.own = List.copyOf(own);
  }

  /** Nothing merged: the base's weights. */
  public static MergedWeights none(BaseWeights base) {
    return new MergedWeights(base, Map.of(), List.of(), List.of());
  }

  /**
   * Computes what can be merged, in a precision above the weights', and rounds it to theirs.
   *
   * @param values of the stack's tensors
   */
  public static MergedWeights of(BaseWeights base, Stack stack, Values values) {
    MergePlan plan = new MergePlan(stack.placed());
    if (plan.maps().isEmpty()) {
      return new MergedWeights(base, Map.of(), plan.unmerged(), List.of());
    }
    Program program =
        Program.builder(base.precision().isHalf() ? Precision.FLOAT32 : Precision.FLOAT64)
            .stored(base.precision())
            .returned(base.precision())
            .weights(base.leaves())
            .values(stack.leaves())
            .outputs(plan.results())
            .build();
    Values own;
    try (CompiledProgram compiled = program.compile(base.device(), base.values());
        Values none = Values.borrowing(List.of())) {
      own = ordered(compiled.run(values, none), plan, base);
    }
    List<Tensor> leaves = new ArrayList<>(base.leaves());
    leaves.addAll(plan.leaves());
    List<Value> all = new ArrayList<>(base.values().list());
    all.addAll(own.list());
    Values both = Values.borrowing(all);
    return new MergedWeights(
        new BaseWeights(base.device(), base.precision(), leaves, both),
        plan.maps(),
        plan.unmerged(),
        List.of(both, own));
  }

  /** Merged matrices are kept as the base's are: products with them take as long. */
  private static Values ordered(Values results, MergePlan plan, BaseWeights base) {
    Set<Tensor> matrices = new HashSet<>();
    plan.maps().entrySet().stream()
        .filter(merged -> merged.getKey() instanceof Site.Projection)
        .forEach(merged -> matrices.add(merged.getValue().map().weight()));
    List<Value> values = new ArrayList<>(results.list());
    try {
      for (int i = 0; i < values.size(); i++) {
        if (matrices.contains(plan.leaves().get(i))) {
          values.set(i, base.device().ordered(values.get(i), base.precision()));
        }
      }
      return Values.owning(values);
    } catch (RuntimeException | Error e) {
      values.forEach(Value::close);
      throw e;
    }
  }

  /** Whether these are the base's weights alone. */
  public boolean isEmpty() {
    return maps.isEmpty();
  }

  /** The number of projections and token tables whose weights hold interventions. */
  public int count() {
    return (int) maps.values().stream().filter(map -> !map.held().isEmpty()).count();
  }

  /** The sites whose weights hold interventions. */
  public Map<Site, MergedSite> maps() {
    return maps;
  }

  /** What stays beside the weights, and why. */
  public List<Unmerged> unmerged() {
    return unmerged;
  }

  /** The base's weights and the merged ones. */
  public BaseWeights bound() {
    return bound;
  }

  @Override
  public void close() {
    own.forEach(Values::close);
  }
}
