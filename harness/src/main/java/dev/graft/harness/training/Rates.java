package dev.graft.harness.training;

import dev.graft.GraftException;
import dev.graft.api.settings.TuningRange;
import dev.graft.methods.StackSpec;
import java.util.List;
import java.util.Optional;

/**
 * Peak learning rates.
 *
 * @param methods one for each method of a stack, in its order, or one for all; none for what each
 *     method recommends
 * @param head that of the task head; if absent the one for all methods, else {@link #HEAD}
 */
public record Rates(List<Double> methods, Optional<Double> head) {
  /** That of the task head, which starts from nothing, where nobody says another. */
  public static final double HEAD = 5e-3;

  /** Where a study that tunes looks for that of the head. */
  public static final TuningRange HEADS = TuningRange.logarithmic(HEAD / 32, HEAD * 4);

  private static final double MOST = 1000;

  /** What each method recommends. */
  public static final Rates RECOMMENDED = new Rates(List.of(), Optional.empty());

  public Rates {
    methods = List.copyOf(methods);
    methods.forEach(rate -> check("learning rate", rate));
    head.ifPresent(rate -> check("learning rate of the head", rate));
  }

  private static void check(String what, double rate) {
    if (!(rate > 0 && rate <= MOST)) {
      throw GraftException.input("The %s can't be %s.", what, rate)
          .expected("a number above 0, at most 1000");
    }
  }

  /** One for everything. */
  public static Rates of(double rate) {
    return new Rates(List.of(rate), Optional.empty());
  }

  /**
   * The rate of a method.
   *
   * @param place of it in its stack
   * @param recommended by it
   */
  double of(int place, double recommended) {
    if (methods.isEmpty()) {
      return recommended;
    }
    return methods.size() == 1 ? methods.get(0) : methods.get(place);
  }

  /** The rate of the head. */
  public double ofHead() {
    return head.orElse(methods.size() == 1 ? methods.get(0) : HEAD);
  }

  /** Refuses rates that are neither one for all nor one for each method of a stack. */
  public void require(StackSpec stack) {
    int stacked = stack.items().size();
    if (methods.size() > 1 && methods.size() != stacked) {
      throw GraftException.input("The learning rates don't fit the stack '%s'.", stack)
          .expected(stacked == 1 ? "one" : "one for all, or one for each of %s methods", stacked)
          .found(methods);
    }
  }

  /** As a user writes it, and as a record says it. */
  @Override
  public String toString() {
    return methods.isEmpty()
        ? "of each method"
        : String.join(",", methods.stream().map(String::valueOf).toList());
  }
}
