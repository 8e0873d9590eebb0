package dev.graft.api;

import dev.graft.program.Shape;
import dev.graft.program.Type;
import java.util.Arrays;
import java.util.Objects;

/**
 * A tensor as files hold it: its shape and its elements, which are real numbers ({@link
 * Type#FLOAT32}) or whole ones ({@link Type#INT64}). Equal ones have equal shapes and elements.
 */
public final class StoredTensor {
  private final Shape shape;

  /** The one of the two that there is. */
  private final float[] elements;

  private final long[] whole;

  /**
   * Real numbers in a shape.
   *
   * @param shape of numbers only
   * @param elements row by row, as many as the shape says; not copied
   */
  public StoredTensor(Shape shape, float... elements) {
    this(shape, Objects.requireNonNull(elements), null);
  }

  private StoredTensor(Shape shape, float[] elements, long[] whole) {
    this.shape = shape;
    this.elements = elements;
    this.whole = whole;
  }

  /**
   * {@return whole numbers in a shape}
   *
   * @param shape of numbers only
   * @param elements row by row, as many as the shape says; not copied
   */
  public static StoredTensor whole(Shape shape, long... elements) {
    return new StoredTensor(shape, null, Objects.requireNonNull(elements));
  }

  /** {@return its shape, of numbers only} */
  public Shape shape() {
    return shape;
  }

  /** {@return FLOAT32 or INT64} */
  public Type type() {
    return whole == null ? Type.FLOAT32 : Type.INT64;
  }

  /**
   * {@return one of its sizes}
   *
   * @param axis from 0 for the outermost; from -1 for the innermost
   */
  public int size(int axis) {
    return Math.toIntExact(shape.dim(axis).fixed());
  }

  /** {@return the number of elements} */
  public int count() {
    return whole == null ? elements.length : whole.length;
  }

  /**
   * {@return the real numbers row by row; not a copy}
   *
   * @throws IllegalStateException if it holds whole numbers
   */
  public float[] elements() {
    if (elements == null) {
      throw new IllegalStateException("the tensor holds whole numbers: " + shape);
    }
    return elements;
  }

  /**
   * {@return the whole numbers row by row; not a copy}
   *
   * @throws IllegalStateException if it holds real numbers
   */
  public long[] wholeElements() {
    if (whole == null) {
      throw new IllegalStateException("the tensor holds real numbers: " + shape);
    }
    return whole;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredTensor tensor
        && shape.equals(tensor.shape)
        && Arrays.equals(elements, tensor.elements)
        && Arrays.equals(whole, tensor.whole);
  }

  @Override
  public int hashCode() {
    return Objects.hash(shape, Arrays.hashCode(elements), Arrays.hashCode(whole));
  }

  @Override
  public String toString() {
    return type() + " " + shape;
  }
}
