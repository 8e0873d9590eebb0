package dev.graft.api;

import dev.graft.program.Shape;

/** A tensor as files hold it: its shape and its elements. */
public final class StoredTensor {
  private final Shape shape;
  private final float[] elements;

  /**
   * Elements in a shape.
   *
   * @param shape of numbers only
   * @param elements row by row, as many as the shape says; not copied
   */
  public StoredTensor(Shape shape, float... elements) {
    this.shape = shape;
    this.elements = elements;
  }

  /** {@return its shape, of numbers only} */
  public Shape shape() {
    return shape;
  }

  /**
   * {@return one of its sizes}
   *
   * @param axis from 0 for the outermost; from -1 for the innermost
   */
  public int size(int axis) {
    return Math.toIntExact(shape.dim(axis).fixed());
  }

  /** {@return the elements row by row; not a copy} */
  public float[] elements() {
    return elements;
  }
}
