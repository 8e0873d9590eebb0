package dev.graft.program;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.graft.api.GraftException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Where values lie and programs run: the processor or one GPU. Closing it frees every value that is
 * still on it.
 *
 * <p>Values and compiled programs may be used from several threads.
 */
public final class Device implements AutoCloseable {
  /** The graph executor's optimisation and the gradient mode are settings of a thread. */
  private static final ThreadLocal<Boolean> ENTERED = ThreadLocal.withInitial(() -> false);

  private final ai.djl.Device place;
  private final PtNDManager manager;

  private Device(ai.djl.Device place) {
    this.place = place;
    this.manager = (PtNDManager) NDManager.newBaseManager(place, "PyTorch");
    enter();
  }

  /** The processor. */
  public static Device cpu() {
    return new Device(ai.djl.Device.cpu());
  }

  /**
   * A device by name: {@code cpu}, {@code gpu}, {@code gpu:1}, or {@code auto} for the first GPU if
   * there is one and else the processor.
   *
   * @throws GraftException if there is no such device
   */
  public static Device named(String name) {
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return cpu();
    }
    if (!name.matches("auto|gpu(:\\d{1,4})?")) {
      throw GraftException.input(
          "There is no device '" + name + "'.\n  expected: cpu, gpu, gpu:N or auto");
    }
    int index = name.contains(":") ? Integer.parseInt(name.substring(4)) : 0;
    if (index >= gpus) {
      throw GraftException.machine(
          "The device '%s' is not there.%n  found: %d GPUs that PyTorch %s can use%n  try: --device cpu"
              .formatted(name, gpus, Engine.getEngine("PyTorch").getVersion()),
          null);
    }
    return new Device(ai.djl.Device.gpu(index));
  }

  /** Whether this is a GPU. */
  public boolean isGpu() {
    return place.isGpu();
  }

  /** The name by which {@link #named} finds it. */
  public String name() {
    return isGpu() ? "gpu:" + place.getDeviceId() : "cpu";
  }

  /** A value of real numbers, 32 bits each, laid out row by row. */
  public Value create(String name, float[] numbers, long... shape) {
    return new Value(name, copy(FloatBuffer.wrap(numbers), DataType.FLOAT32, shape));
  }

  /** A value of whole numbers. */
  public Value create(String name, long[] numbers, long... shape) {
    return new Value(name, copy(LongBuffer.wrap(numbers), DataType.INT64, shape));
  }

  /** A value of 32-bit real numbers from their little-endian bytes, which are copied. */
  public Value create(String name, ByteBuffer bytes, long... shape) {
    ByteBuffer little = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Value(name, copy(little.asFloatBuffer(), DataType.FLOAT32, shape));
  }

  private PtNDArray copy(Buffer numbers, DataType type, long... shape) {
    enter();
    Shape size = new Shape(shape);
    if (numbers.remaining() != size.size()) {
      throw new IllegalArgumentException(
          numbers.remaining() + " numbers do not fill the shape " + size);
    }
    if (numbers.remaining() == 0) {
      return manager.create(size, type);
    }
    // On the processor an array made from a Java buffer shares the buffer's memory; the clone owns
    // memory that PyTorch allocated, aligned as its kernels like it.
    PtNDArray shared = manager.create(numbers, size, type);
    if (isGpu()) {
      return shared;
    }
    try (shared) {
      return JniUtils.clone(shared);
    }
  }

  /** Seeds the generators of random numbers that programs draw from. */
  void seed(long seed) {
    JniUtils.setSeed(seed);
  }

  /** How many native tensors are alive on this device. */
  public int liveTensors() {
    return manager.getManagedArrays().size();
  }

  PtNDManager manager() {
    return manager;
  }

  /** Makes the calling thread ready to run programs. */
  static void enter() {
    if (!ENTERED.get()) {
      // The profiling executor would only add stalls to the first calls of each shape.
      JniUtils.setGraphExecutorOptimize(false);
      JniUtils.setGradMode(true);
      ENTERED.set(true);
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  @Override
  public String toString() {
    return name();
  }
}
