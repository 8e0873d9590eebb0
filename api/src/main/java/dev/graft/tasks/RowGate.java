package dev.graft.tasks;

import dev.graft.GraftException;
import dev.graft.api.Site;
import dev.graft.program.Scope;
import dev.graft.program.Tensor;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.GraftIntervention;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * The interventions of several tasks at one site: each row of a batch gets what its own task's
 * give, and rows of other tasks keep what they had.
 */
record RowGate<I>(Site site, List<Member<I>> tasks, RowTables tables) {
  RowGate {
    tasks = List.copyOf(tasks);
  }

  /**
   * What one task has at the site.
   *
   * @param task its number
   * @param name the task's name
   * @param graft which the interventions belong to
   */
  record Member<I>(int task, String name, DeclaredGraft graft, List<I> interventions) {
    Member {
      interventions = List.copyOf(interventions);
    }

    Tensor change(Tensor before, BiFunction<Tensor, GraftIntervention<I>, Tensor> apply) {
      Tensor y = before;
      for (I intervention : interventions) {
        y = apply.apply(y, new GraftIntervention<>(graft, intervention));
      }
      return y;
    }
  }

  /** A result and the tasks whose rows it is for. */
  private record Result(Tensor y, Set<Integer> tasks) {}

  /** Tasks whose interventions compute alike share one computation. */
  Tensor changed(Tensor before, BiFunction<Tensor, GraftIntervention<I>, Tensor> apply) {
    List<Result> results = new ArrayList<>();
    for (Member<I> own : tasks) {
      Tensor y = recorded(own, before, apply);
      if (y == before) {
        continue;
      }
      Result like =
          results.stream().filter(known -> known.y().computesLike(y)).findFirst().orElse(null);
      if (like == null) {
        like = new Result(y, new TreeSet<>());
        results.add(like);
      }
      like.tasks().add(own.task());
    }
    Tensor y = before;
    for (Result result : results) {
      y = result.y().where(tables.isAmong(result.tasks()), y);
    }
    return y;
  }

  private Tensor recorded(
      Member<I> own, Tensor before, BiFunction<Tensor, GraftIntervention<I>, Tensor> apply) {
    String where =
        "%s of the task '%s' at %s".formatted(own.graft().name(), own.name(), site.path());
    try {
      return Scope.within(where, () -> own.change(before, apply));
    } catch (IllegalArgumentException e) {
      throw GraftException.plugin(
              "%s can't be given parameters of each row, which its method promises.", where)
          .found(e.getMessage())
          .remedy("tell the author of the plugin")
          .causedBy(e);
    }
  }
}
