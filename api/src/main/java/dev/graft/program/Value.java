package dev.graft.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.nio.Buffer;
import java.util.function.Function;

/** A tensor that exists: native memory on a device, under a name. */
public final class Value implements AutoCloseable {
  /** Numbers that are not on the device before something asks for them there. */
  record Numbers(Device device, Buffer buffer, DataType type, Shape shape) {
    PtNDArray put() {
      return device.copy(buffer.duplicate(), type, shape);
    }
  }

  private final String name;

  /** What the array is made of, if not from the beginning; else null. */
  private final Numbers numbers;

  private PtNDArray array;

  /** What the numbers are, if only programs can read them; else null. */
  private final Precision half;

  private final boolean hasAlignedRows;

  Value(String name, PtNDArray array) {
    this(name, array, null);
  }

  /**
   * The engine aborts where Java asks for the data type of a bfloat16 array, so that it is told.
   */
  Value(String name, PtNDArray array, Precision precision) {
    this(name, array, precision, false);
  }

  /** One that is put on its device when something asks for it there. */
  Value(String name, Numbers numbers) {
    this.name = name;
    this.numbers = numbers;
    this.half = null;
    this.hasAlignedRows = false;
  }

  /** One that may be a view of {@link AlignedRows}. */
  Value(String name, PtNDArray array, Precision precision, boolean hasAlignedRows) {
    this.name = name;
    this.numbers = null;
    this.array = array;
    this.half = precision != null && precision.isHalf() ? precision : null;
    this.hasAlignedRows = hasAlignedRows;
  }

  /** {@return the name, for messages} */
  public String name() {
    return name;
  }

  /** {@return the sizes, outermost first; none for a scalar} */
  public long[] shape() {
    return whole().getShape();
  }

  /** The format of real numbers. */
  Precision precision() {
    return half != null
        ? half
        : format() == DataType.FLOAT64 ? Precision.FLOAT64 : Precision.FLOAT32;
  }

  private Shape whole() {
    return numbers == null ? array.getShape() : numbers.shape();
  }

  private DataType format() {
    return numbers == null ? array.getDataType() : numbers.type();
  }

  /** {@return the number of elements} */
  public long size() {
    return whole().size();
  }

  /**
   * {@return a copy of the numbers, row by row, rounded to 32 bits} Not for values of half
   * precision, which only programs can read.
   *
   * @throws IllegalStateException if these are not 32-bit or 64-bit real numbers
   */
  public float[] floats() {
    return onHost(
        host -> {
          if (host.getDataType() != DataType.FLOAT64) {
            return host.toFloatArray();
          }
          double[] wide = host.toDoubleArray();
          float[] narrow = new float[wide.length];
          for (int i = 0; i < wide.length; i++) {
            narrow[i] = (float) wide[i];
          }
          return narrow;
        });
  }

  /**
   * {@return a copy of the numbers in 64 bits, row by row}
   *
   * @throws IllegalStateException if these are not 32-bit or 64-bit real numbers
   */
  public double[] doubles() {
    return onHost(
        host -> {
          if (host.getDataType() == DataType.FLOAT64) {
            return host.toDoubleArray();
          }
          float[] narrow = host.toFloatArray();
          double[] wide = new double[narrow.length];
          for (int i = 0; i < narrow.length; i++) {
            wide[i] = narrow[i];
          }
          return wide;
        });
  }

  /**
   * {@return a copy of whole numbers of any width, row by row}
   *
   * @throws IllegalStateException if these are not whole numbers
   */
  public long[] longs() {
    return onHost(
        host ->
            switch (host.getDataType()) {
              case INT64 -> host.toLongArray();
              case INT8 -> longs(host.toByteArray(), -1);
              case UINT8 -> longs(host.toByteArray(), 0xff);
              default -> throw new IllegalStateException(name + " are not whole numbers");
            });
  }

  private static long[] longs(byte[] bytes, long mask) {
    long[] numbers = new long[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      numbers[i] = bytes[i] & mask;
    }
    return numbers;
  }

  /**
   * {@return a copy of the truth values, row by row}
   *
   * @throws IllegalStateException if these are not truth values
   */
  public boolean[] booleans() {
    return onHost(
        host -> {
          if (host.getDataType() != DataType.BOOLEAN) {
            throw new IllegalStateException(name + " are not truth values");
          }
          return host.toBooleanArray();
        });
  }

  /**
   * {@return the only element}
   *
   * @throws IllegalStateException if there are more, or it is not a real number of 32 or 64 bits
   */
  public float number() {
    float[] numbers = floats();
    if (numbers.length != 1) {
      throw new IllegalStateException(name + " has " + numbers.length + " elements, not one");
    }
    return numbers[0];
  }

  /**
   * Reads from the host's memory, row by row. DJL's own readers leave behind the copies that they
   * make of a GPU's array, and of one whose numbers lie in another order.
   */
  private <T> T onHost(Function<NDArray, T> read) {
    if (half != null) {
      throw new IllegalStateException(
          name + " is kept in " + half + ", which only programs can read");
    }
    PtNDArray there = array();
    try (NDManager scratch = there.getManager().newSubManager()) {
      NDArray flat = there.reshape(-1);
      flat.attach(scratch);
      return read.apply(flat.toDevice(ai.djl.Device.cpu(), false));
    }
  }

  /**
   * Takes over the numbers of another value, in place: whoever reads this one sees them.
   *
   * @param other of the same shape and type, on the same device; it stays as it is
   * @throws IllegalArgumentException if it has another shape
   */
  public void copyFrom(Value other) {
    if (!whole().equals(other.whole())) {
      throw new IllegalArgumentException(other + " does not fill " + this);
    }
    if (size() == 0) {
      return;
    }
    PtNDArray own = array();
    try (NDManager scratch = own.getManager().newSubManager()) {
      NDArray here = own.expandDims(0); // a view, of scalars too
      here.attach(scratch);
      NDArray there = other.array().expandDims(0);
      there.attach(scratch);
      here.set(new NDIndex(":"), there);
    }
  }

  /** Another array of this value's name and precision. */
  Value like(PtNDArray other) {
    return new Value(name, other, half);
  }

  /** What its numbers are. */
  String type() {
    return half != null ? half.toString() : format().toString();
  }

  /** Where it lies, and from here on does. */
  synchronized PtNDArray array() {
    if (array == null) {
      array = numbers.put();
    }
    return array;
  }

  /** The numbers, if they are not on the device yet; else null. */
  synchronized Buffer waiting() {
    return array == null ? numbers.buffer() : null;
  }

  boolean hasAlignedRows() {
    return hasAlignedRows;
  }

  @Override
  public void close() {
    if (waiting() == null) {
      array().close();
    }
  }

  @Override
  public String toString() {
    return name + whole();
  }
}
