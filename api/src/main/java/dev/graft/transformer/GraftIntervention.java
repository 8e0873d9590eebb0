package dev.graft.transformer;

import dev.graft.GraftException;
import dev.graft.api.Site;
import dev.graft.program.Scope;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.function.Function;

/** An intervention and the graft that it belongs to: what it does wrong is said of its method. */
public record GraftIntervention<T>(DeclaredGraft graft, T intervention) {
  /**
   * Has it record something.
   *
   * @param where of the method it does so, such as {@code at layers.3.mlp}
   */
  public <R> R record(String where, Function<T, R> recording) {
    R recorded;
    try {
      recorded = Scope.within(graft.name() + " " + where, () -> recording.apply(intervention));
    } catch (GraftException e) {
      GraftException failure =
          e.kind() == GraftException.Kind.PLUGIN
              ? e.line("where", graft.name() + " " + where).atLineOf(e)
              : e;
      throw failure;
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.thrownByPlugin(e, "The method '%s' fails %s.", graft.name(), where);
    }
    if (recorded == null) {
      throw GraftException.plugin("The method '%s' gives null %s.", graft.name(), where)
          .expected("something, if only what it was given")
          .remedy("the plugin's author has to mend it");
    }
    return recorded;
  }

  /** Has it record something that takes the place of a tensor. */
  Tensor replace(Site site, Tensor before, Function<T, Tensor> recording) {
    Tensor after = record("at " + site.path(), recording);
    if (!fits(after.shape(), before.shape())) {
      throw GraftException.plugin(
              "The method '%s' gives a wrong shape at %s.", graft.name(), site.path())
          .expected(before.shape())
          .found(after.shape())
          .remedy("the plugin's author has to mend it");
    }
    return after;
  }

  /** A size that a batch decides may be written in many ways: it is left to the program. */
  private static boolean fits(Shape after, Shape before) {
    if (after.rank() != before.rank()) {
      return false;
    }
    for (int i = 1; i < after.rank(); i++) { // rows of their own may make B of 1
      if (before.dim(i).isFixed() && !after.dim(i).equals(before.dim(i))) {
        return false;
      }
    }
    return true;
  }
}
