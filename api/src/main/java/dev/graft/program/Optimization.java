package dev.graft.program;

import dev.graft.GraftException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is done otherwise than it was recorded, for time or memory alone. Each is at work unless the
 * system property {@value #WITHOUT} names it: to measure what it gains, and to see whether a result
 * comes from it.
 */
public enum Optimization {
  /** Rows that nothing reads are not computed, where operators treat each row by itself. */
  UNREAD_ROWS,
  /** Slices that cut a tensor up are one split, whose gradient is put together in one operator. */
  SPLIT,
  /** A product with a matrix is multiplied by a number on its narrower side. */
  NARROW_SCALE,
  /** A product with a matrix is added to another product by the operator that computes it. */
  ADDMM,
  /** Products of one input with several small matrices are one product. */
  GROUPED_PRODUCTS,
  /** Of two products that are added the narrow one is computed first. */
  UPDATE_FIRST,
  /** Small values and their gradients are converted to half precision and back all at once. */
  HALF_COPIES,
  /** A GPU applies the tanh approximation of GELU as it writes a product in half precision. */
  FUSED_GELU,
  /**
   * The loss of a language model is taken over chunks of tokens, so that logits are never whole.
   */
  CHUNKED_LOSS,

  /** The gradient of a chunk's loss is written by its formula, over the logits. */
  LOSS_GRADIENT,

  /** The vocabulary of a head in half precision is padded to a multiple of 64. */
  ALIGNED_VOCABULARY,

  /** A GPU keeps the matrices of projections in 32 bits column by column. */
  COLUMN_ORDER,

  /** A GPU adds the bias of a product of few rows in 32 bits after it. */
  BIAS_AFTER;

  /** The system property: names with commas between them, or {@code all}. */
  public static final String WITHOUT = "graft.without";

  private static final String ALL = "all";

  /**
   * {@return those that are left out}
   *
   * @throws GraftException if the system property names one that there is not
   */
  public static Set<Optimization> off() {
    return leftOut(System.getProperty(WITHOUT, ""));
  }

  /**
   * {@return those that such a value of the system property leaves out}
   *
   * @param names with commas between them, or {@code all}
   * @throws GraftException if it names one that there is not
   */
  public static Set<Optimization> leftOut(String names) {
    Set<Optimization> off = EnumSet.noneOf(Optimization.class);
    for (String name : names.split(",", -1)) {
      if (name.strip().equals(ALL)) {
        off.addAll(EnumSet.allOf(Optimization.class));
      } else if (!name.isBlank()) {
        off.add(named(name.strip()));
      }
    }
    return off;
  }

  private static Optimization named(String name) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input("There is no optimisation '%s' to be left out.", name)
                    .in("the system property " + WITHOUT)
                    .expected(
                        Arrays.stream(values())
                            .map(Optimization::toString)
                            .collect(Collectors.joining(", ", ALL + ", or some of ", ""))));
  }

  /**
   * {@return whether it is at work}
   *
   * @throws GraftException if the system property names one that there is not
   */
  public boolean isOn() {
    return !off().contains(this);
  }

  /** {@return the name that the system property takes} */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
