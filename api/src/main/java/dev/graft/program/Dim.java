package dev.graft.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The size of one dimension, or a count of operations: a number, a symbol that each batch decides
 * (such as {@code B} or {@code T}), or a polynomial of those with whole coefficients.
 *
 * <p>Two sizes are equal exactly when their polynomials are.
 */
public final class Dim {
  /** The size one, along which tensors broadcast. */
  public static final Dim ONE = of(1);

  /** From a monomial, its symbols sorted and joined by {@code *} ("" for the constant term). */
  private final SortedMap<String, Long> terms;

  private Dim(SortedMap<String, Long> terms) {
    terms.values().removeIf(coefficient -> coefficient == 0);
    this.terms = terms;
  }

  /**
   * {@return a known size}
   *
   * @param size a number of elements or operations, from 0; -1 where a size is to be inferred
   */
  public static Dim of(long size) {
    TreeMap<String, Long> terms = new TreeMap<>();
    terms.put("", size);
    return new Dim(terms);
  }

  /**
   * {@return a size that is known only when a batch is there}
   *
   * @param name a letter, then letters, digits and underscores; equal names are equal sizes
   * @throws IllegalArgumentException if it is not such a name
   */
  public static Dim symbol(String name) {
    if (!name.matches("[A-Za-z]\\w*")) {
      throw new IllegalArgumentException("not a name for a size: '" + name + "'");
    }
    TreeMap<String, Long> terms = new TreeMap<>();
    terms.put(name, 1L);
    return new Dim(terms);
  }

  /**
   * {@return the sum}
   *
   * @param other with symbols of its own or the same
   */
  public Dim plus(Dim other) {
    if (isFixed() && other.isFixed()) {
      return of(fixed() + other.fixed());
    }
    TreeMap<String, Long> sum = new TreeMap<>(terms);
    other.terms.forEach((monomial, coefficient) -> sum.merge(monomial, coefficient, Long::sum));
    return new Dim(sum);
  }

  /**
   * {@return the difference}
   *
   * @param other with symbols of its own or the same
   */
  public Dim minus(Dim other) {
    return plus(other.times(-1));
  }

  /**
   * {@return the sum}
   *
   * @param number negative ones too
   */
  public Dim plus(long number) {
    return plus(of(number));
  }

  /**
   * {@return the product}
   *
   * @param other with symbols of its own or the same
   * @throws ArithmeticException if a coefficient overflows 64 bits
   */
  public Dim times(Dim other) {
    if (isFixed() && other.isFixed()) {
      return of(Math.multiplyExact(fixed(), other.fixed()));
    }
    TreeMap<String, Long> product = new TreeMap<>();
    terms.forEach(
        (left, a) ->
            other.terms.forEach(
                (right, b) ->
                    product.merge(product(left, right), Math.multiplyExact(a, b), Long::sum)));
    return new Dim(product);
  }

  /**
   * {@return the product}
   *
   * @param number negative ones too
   * @throws ArithmeticException if a coefficient overflows 64 bits
   */
  public Dim times(long number) {
    return times(of(number));
  }

  /**
   * {@return the exact quotient}
   *
   * @param divisor a single term, such as {@code 12} or {@code 2*T}
   * @throws IllegalArgumentException if the divisor is not a single term that divides every term
   */
  public Dim dividedBy(Dim divisor) {
    if (divisor.terms.size() != 1) {
      throw new IllegalArgumentException("can't divide " + this + " by " + divisor);
    }
    String below = divisor.terms.firstKey();
    long by = divisor.terms.get(below);
    TreeMap<String, Long> quotient = new TreeMap<>();
    terms.forEach(
        (monomial, coefficient) -> {
          List<String> symbols = symbols(monomial);
          for (String symbol : symbols(below)) {
            if (!symbols.remove(symbol)) {
              throw new IllegalArgumentException("can't divide " + this + " by " + divisor);
            }
          }
          if (coefficient % by != 0) {
            throw new IllegalArgumentException("can't divide " + this + " by " + divisor);
          }
          quotient.put(String.join("*", symbols), coefficient / by);
        });
    return new Dim(quotient);
  }

  /** {@return whether the size is known before any batch is there} */
  public boolean isFixed() {
    return terms.isEmpty() || (terms.size() == 1 && terms.containsKey(""));
  }

  /**
   * {@return the size as a number}
   *
   * @throws IllegalStateException if a batch decides it
   */
  public long fixed() {
    if (!isFixed()) {
      throw new IllegalStateException("the size " + this + " is known only when a batch is there");
    }
    return terms.getOrDefault("", 0L);
  }

  /**
   * {@return the size for given values of its symbols}
   *
   * @param values from the symbols' names
   * @throws IllegalArgumentException if a symbol has no value
   * @throws ArithmeticException if the size overflows 64 bits
   */
  public long at(Map<String, Long> values) {
    if (isFixed()) {
      return fixed();
    }
    long sum = 0;
    for (Map.Entry<String, Long> term : terms.entrySet()) {
      long product = term.getValue();
      for (String symbol : symbols(term.getKey())) {
        Long value = values.get(symbol);
        if (value == null) {
          throw new IllegalArgumentException("no value for " + symbol + " in " + this);
        }
        product = Math.multiplyExact(product, value);
      }
      sum = Math.addExact(sum, product);
    }
    return sum;
  }

  /** The symbols that occur, each once. */
  List<String> symbols() {
    return terms.keySet().stream().flatMap(m -> symbols(m).stream()).distinct().toList();
  }

  /** The TorchScript integer expression, over variables named like the symbols. */
  String source() {
    return terms.isEmpty()
        ? "0"
        : terms.entrySet().stream()
            .map(
                term -> {
                  List<String> factors = symbols(term.getKey());
                  if (term.getValue() != 1 || factors.isEmpty()) {
                    factors.add(0, Long.toString(term.getValue()));
                  }
                  return factors.stream().reduce((a, b) -> "torch.mul(" + a + ", " + b + ")").get();
                })
            .reduce((a, b) -> "torch.add(" + a + ", " + b + ")")
            .get();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dim that && terms.equals(that.terms);
  }

  @Override
  public int hashCode() {
    return terms.hashCode();
  }

  @Override
  public String toString() {
    if (isFixed()) {
      return Long.toString(fixed());
    }
    return terms.entrySet().stream()
        .map(
            term ->
                term.getKey().isEmpty()
                    ? Long.toString(term.getValue())
                    : (term.getValue() == 1 ? "" : term.getValue() + "*") + term.getKey())
        .collect(Collectors.joining("+"));
  }

  private static String product(String left, String right) {
    if (left.isEmpty() || right.isEmpty()) {
      return left + right;
    }
    List<String> symbols = symbols(left);
    symbols.addAll(symbols(right));
    return symbols.stream().sorted().collect(Collectors.joining("*"));
  }

  private static List<String> symbols(String monomial) {
    return monomial.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(monomial.split("\\*")));
  }
}
