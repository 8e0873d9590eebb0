package dev.graft.model;

import dev.graft.api.Graft;
import dev.graft.api.GraftException;
import dev.graft.api.Site;
import dev.graft.program.Dim;
import dev.graft.program.Scope;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.Objects;
import java.util.function.Function;

/** An intervention and the graft that it belongs to: what it does wrong is said of its method. */
record Placed<T>(Graft graft, T intervention) {
  /**
   * Has it record something.
   *
   * @param where of the method it does so, such as {@code at layers.3.mlp}
   */
  <R> R record(String where, Function<T, R> recording) {
    try {
      return Scope.within(
          graft.name() + " " + where,
          () -> Objects.requireNonNull(recording.apply(intervention), "it gave null"));
    } catch (GraftException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.plugin("The method '%s' fails %s.".formatted(graft.name(), where), e);
    }
  }

  /** Has it record something that takes the place of a tensor. */
  Tensor replace(Site site, Tensor before, Function<T, Tensor> recording) {
    Tensor after = record("at " + site.path(), recording);
    if (!fits(after.shape(), before.shape())) {
      throw GraftException.plugin(
          "The method '%s' gives a wrong shape at %s.%n  expected: %s%n  found: %s%n  the plugin's author has to mend it"
              .formatted(graft.name(), site.path(), before.shape(), after.shape()));
    }
    return after;
  }

  /** Sizes that a batch decides may be written in many ways; they are left to the program. */
  private static boolean fits(Shape after, Shape before) {
    if (after.rank() != before.rank()) {
      return false;
    }
    for (int i = 0; i < after.rank(); i++) {
      Dim a = after.dim(i);
      Dim b = before.dim(i);
      if (a.isFixed() && b.isFixed() && a.fixed() != b.fixed()) {
        return false;
      }
    }
    return true;
  }
}
