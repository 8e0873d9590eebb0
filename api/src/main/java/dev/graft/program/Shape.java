package dev.graft.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sizes of a tensor's dimensions, outermost first.
 *
 * @param dims none at all for a scalar
 */
public record Shape(List<Dim> dims) {
  /** The shape of one number: (). */
  public static final Shape SCALAR = new Shape(List.of());

  /**
   * A shape of which a batch may decide some sizes.
   *
   * @param dims copied
   */
  public Shape {
    dims = List.copyOf(dims);
  }

  /**
   * {@return a shape that is known before any batch is there}
   *
   * @param sizes outermost first
   */
  public static Shape of(long... sizes) {
    return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
  }

  /**
   * {@return a shape of which a batch may decide some sizes}
   *
   * @param dims outermost first
   */
  public static Shape of(Dim... dims) {
    return new Shape(List.of(dims));
  }

  /** {@return the number of dimensions; 0 for a scalar} */
  public int rank() {
    return dims.size();
  }

  /**
   * {@return the size of a dimension}
   *
   * @param index from the outermost, 0, or negative from the innermost, -1
   * @throws IllegalArgumentException if there is no such dimension
   */
  public Dim dim(int index) {
    return dims.get(axis(index));
  }

  /** {@return the number of elements} */
  public Dim size() {
    return dims.stream().reduce(Dim::times).orElse(Dim.ONE);
  }

  /** {@return whether all sizes are known before any batch is there} */
  public boolean isFixed() {
    return dims.stream().allMatch(Dim::isFixed);
  }

  /**
   * {@return the sizes as numbers}
   *
   * @throws IllegalStateException if a batch decides one of them
   */
  public long[] fixed() {
    return dims.stream().mapToLong(Dim::fixed).toArray();
  }

  /**
   * {@return the sizes as numbers, for given values of the symbols}
   *
   * @param values from the names of symbols
   * @throws IllegalArgumentException if a symbol has no value
   */
  public long[] at(Map<String, Long> values) {
    return dims.stream().mapToLong(dim -> dim.at(values)).toArray();
  }

  /**
   * {@return this shape with one size replaced}
   *
   * @param index from the outermost, 0, or negative from the innermost, -1
   * @param dim the new size
   * @throws IllegalArgumentException if there is no such dimension
   */
  public Shape with(int index, Dim dim) {
    List<Dim> changed = new ArrayList<>(dims);
    changed.set(axis(index), dim);
    return new Shape(changed);
  }

  /** This shape without the dimension at an index. */
  Shape without(int index) {
    List<Dim> rest = new ArrayList<>(dims);
    rest.remove(axis(index));
    return new Shape(rest);
  }

  Shape swapped(int first, int second) {
    List<Dim> swapped = new ArrayList<>(dims);
    Collections.swap(swapped, axis(first), axis(second));
    return new Shape(swapped);
  }

  /** The non-negative form of an index. */
  int axis(int index) {
    int axis = index < 0 ? index + rank() : index;
    if (axis < 0 || axis >= rank()) {
      throw new IllegalArgumentException("no dimension " + index + " in the shape " + this);
    }
    return axis;
  }

  /** The shape of an elementwise operation over two operands: sizes of one stretch. */
  static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    Dim[] dims = new Dim[rank];
    for (int i = 1; i <= rank; i++) {
      Dim left = i <= a.rank() ? a.dim(-i) : Dim.ONE;
      Dim right = i <= b.rank() ? b.dim(-i) : Dim.ONE;
      if (!left.equals(right) && !left.equals(Dim.ONE) && !right.equals(Dim.ONE)) {
        throw new IllegalArgumentException("the shapes " + a + " and " + b + " don't fit");
      }
      dims[rank - i] = left.equals(Dim.ONE) ? right : left;
    }
    return of(dims);
  }

  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
