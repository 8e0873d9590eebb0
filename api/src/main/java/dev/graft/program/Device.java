package dev.graft.program;

import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import dev.graft.GraftException;
import dev.graft.sharing.Idle;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Where values lie and programs run: the processor or one GPU. Closing it frees every value that is
 * still on it.
 *
 * <p>Values and compiled programs may be used from several threads.
 */
public final class Device implements AutoCloseable {
  /** The graph executor's optimisation and the gradient mode are settings of a thread. */
  private static final ThreadLocal<Boolean> ENTERED = ThreadLocal.withInitial(() -> false);

  private static final String AUTO = "auto";

  /** Those that are not closed. */
  private static final Set<Device> OPEN = ConcurrentHashMap.newKeySet();

  static {
    EngineDefaults.set();
  }

  private static final FutureTask<Engine> ENGINE =
      new FutureTask<>(() -> Engine.getEngine("PyTorch"));

  private final ai.djl.Device place;
  private final PtNDManager manager;
  private final Conversion conversion = new Conversion(this);

  /** Of compiled texts; PyTorch takes about 40 bytes a character. */
  private final Idle<PtSymbolBlock> idle = new Idle<>(1 << 19, PtSymbolBlock::close);

  private final LongAdder compiling = new LongAdder();
  private final LongAdder stepping = new LongAdder();
  private volatile Graphs graphs = new Graphs(this, Capture.OFF, null);

  private Device(ai.djl.Device place) {
    engine();
    this.place = place;
    this.manager = (PtNDManager) NDManager.newBaseManager(place, "PyTorch");
    OPEN.add(this);
    enter();
  }

  /**
   * Begins to load the engine, which takes a third of a second, while the caller does something
   * else. What goes wrong is told to whoever first uses a device. The linker is locked meanwhile:
   * whoever calls a native method for the first time waits.
   */
  public static void preload() {
    Thread thread = new Thread(ENGINE, "engine");
    thread.setDaemon(true);
    // A process that ends while its libraries are being loaded would crash now and then.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> whenDone(thread)));
    thread.start();
  }

  private static void whenDone(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Loads the engine, unless that is done or being done. */
  private static Engine engine() {
    ENGINE.run();
    try {
      return ENGINE.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** {@return the processor} */
  public static Device cpu() {
    return new Device(ai.djl.Device.cpu());
  }

  /**
   * {@return a device by name}
   *
   * @param name {@code cpu}, {@code gpu}, {@code gpu:1}, or {@code auto} for the first GPU if there
   *     is one and else the processor
   * @throws GraftException if there is no such device
   */
  public static Device named(String name) {
    int gpus = gpus();
    String meant = resolved(name, gpus);
    if (meant.equals("cpu")) {
      return cpu();
    }
    if (!meant.matches("gpu(:\\d{1,4})?")) {
      throw GraftException.input("There is no device '%s'.", name)
          .expected("cpu, gpu, gpu:N or auto");
    }
    int index = meant.contains(":") ? Integer.parseInt(meant.substring(4)) : 0;
    if (index >= gpus) {
      throw GraftException.machine("The device '%s' is not there.", name)
          .found("%d GPUs that PyTorch %s can use", gpus, engine().getVersion())
          .line("try", "--device cpu");
    }
    return new Device(ai.djl.Device.gpu(index));
  }

  /**
   * {@return the name of the device that {@link #named} finds here, if that depends on the machine,
   * and any other name as it is}
   *
   * @param name of a device, {@code auto} among them
   */
  public static String resolved(String name) {
    return name.equals(AUTO) ? resolved(name, gpus()) : name;
  }

  static String resolved(String name, int gpus) {
    return name.equals(AUTO) ? (gpus == 0 ? "cpu" : "gpu:0") : name;
  }

  /** {@return the number of GPUs that PyTorch can use} */
  public static int gpus() {
    return engine().getGpuCount();
  }

  /** {@return whether this is a GPU} */
  public boolean isGpu() {
    return place.isGpu();
  }

  Kernels kernels() {
    return isGpu() ? Kernels.CUDA : Kernels.CPU;
  }

  /** {@return the name by which {@link #named} finds it} */
  public String name() {
    return isGpu() ? "gpu:" + place.getDeviceId() : "cpu";
  }

  /**
   * {@return a value of real numbers, 32 bits each; the caller closes it}
   *
   * @param name for messages
   * @param numbers row by row; copied
   * @param shape outermost size first; none for a scalar
   * @throws IllegalArgumentException if the numbers do not fill the shape
   */
  public Value create(String name, float[] numbers, long... shape) {
    return new Value(name, copy(FloatBuffer.wrap(numbers), DataType.FLOAT32, shape));
  }

  /**
   * {@return a value of whole numbers, 64 bits each; the caller closes it}
   *
   * @param name for messages
   * @param numbers row by row; copied
   * @param shape outermost size first; none for a scalar
   * @throws IllegalArgumentException if the numbers do not fill the shape
   */
  public Value create(String name, long[] numbers, long... shape) {
    return new Value(name, copy(LongBuffer.wrap(numbers), DataType.INT64, shape));
  }

  /**
   * {@return a value of real numbers; the caller closes it}
   *
   * @param name for messages
   * @param precision of the numbers, which is not bfloat16: those are converted to
   * @param bytes little-endian, row by row, from the buffer's position to its limit; copied
   * @param shape outermost size first; none for a scalar
   * @throws IllegalArgumentException if the precision is bfloat16 or the bytes do not fill the
   *     shape
   */
  public Value create(String name, Precision precision, ByteBuffer bytes, long... shape) {
    DataType type =
        switch (precision) {
          case FLOAT64 -> DataType.FLOAT64;
          case FLOAT32 -> DataType.FLOAT32;
          case FLOAT16 -> DataType.FLOAT16;
          case BFLOAT16 -> throw new IllegalArgumentException("the engine takes no " + precision);
        };
    ByteBuffer little = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new Value(name, copy(little, type, shape), precision);
  }

  /**
   * {@return a value of small whole numbers; the caller closes it}
   *
   * @param name for messages
   * @param type {@link Type#INT8} or {@link Type#UINT8}
   * @param bytes a number each, row by row, from the buffer's position to its limit; copied
   * @param shape outermost size first; none for a scalar
   * @throws IllegalArgumentException if the type is another or the bytes do not fill the shape
   */
  public Value create(String name, Type type, ByteBuffer bytes, long... shape) {
    DataType small =
        switch (type) {
          case INT8 -> DataType.INT8;
          case UINT8 -> DataType.UINT8;
          default -> throw new IllegalArgumentException("bytes are not numbers of type " + type);
        };
    return new Value(name, copy(bytes.slice(), small, shape));
  }

  /**
   * {@return a value of truth values; the caller closes it}
   *
   * @param name for messages
   * @param truths row by row; copied
   * @param shape outermost size first; none for a scalar
   * @throws IllegalArgumentException if they do not fill the shape
   */
  public Value create(String name, boolean[] truths, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(truths.length);
    for (boolean truth : truths) {
      bytes.put((byte) (truth ? 1 : 0));
    }
    return new Value(name, copy(bytes.flip(), DataType.BOOLEAN, shape));
  }

  /**
   * {@return a value of zeros; the caller closes it}
   *
   * @param name for messages
   * @param type {@link Type#INT64}, or real numbers of 32 bits
   * @param shape outermost size first; none for a scalar
   */
  public Value zeros(String name, Type type, long... shape) {
    enter();
    DataType kept = type == Type.INT64 ? DataType.INT64 : DataType.FLOAT32;
    return new Value(name, (PtNDArray) manager.zeros(new Shape(shape), kept));
  }

  /**
   * {@return a value in another precision; the caller closes it} Empty where a number is not
   * finite.
   *
   * @param value of real numbers; it is closed unless it is the result
   * @param precision of the result
   * @param isTransposed whether the result is the matrix transposed
   * @throws GraftException if a number is too large for the precision
   */
  public Optional<Value> converted(Value value, Precision precision, boolean isTransposed) {
    try (value) {
      return conversion.of(value, new Conversion.Kind(value.precision(), isTransposed, precision));
    }
  }

  /**
   * {@return a table kept so that products with it are fast whatever the number of its rows is; the
   * caller closes it}
   *
   * @param table of that precision; it is closed unless it is the result
   * @param precision of the table
   */
  public Value aligned(Value table, Precision precision) {
    if (!AlignedRows.gains(table, precision)) {
      return table;
    }
    try (table;
        NativeModule module =
            new NativeModule(this, List.of(), List.of(AlignedRows.method(table.shape()[0])))) {
      Values results = module.train("align", Values.borrowing(List.of(table)));
      return new Value(table.name(), results.get(0).array(), precision, true);
    }
  }

  /**
   * {@return a matrix kept in the order in which this device multiplies fastest with it; the caller
   * closes it}
   *
   * @param matrix (out, in) of a projection, of that precision; it is closed unless it is the
   *     result
   * @param precision of the matrix
   */
  public Value ordered(Value matrix, Precision precision) {
    if (!Optimization.COLUMN_ORDER.isOn() || !kernels().likeColumns(precision)) {
      return matrix;
    }
    try (matrix) {
      return conversion.byColumns(matrix);
    }
  }

  /**
   * {@return a value of whole numbers, 64 bits each, that are put on this device when something
   * reads them there; the caller closes it} For what is new at each call, such as a batch: a
   * captured graph has them written straight to where it reads them.
   *
   * @param name for messages
   * @param numbers row by row; copied
   * @param shape outermost size first; none for a scalar
   * @throws IllegalArgumentException if the numbers do not fill the shape
   */
  public Value input(String name, long[] numbers, long... shape) {
    return input(name, LongBuffer.wrap(numbers.clone()), DataType.INT64, shape);
  }

  /**
   * {@return the same of real numbers, 32 bits each}
   *
   * @param name for messages
   * @param numbers row by row; copied
   * @param shape outermost size first; none for a scalar
   * @throws IllegalArgumentException if the numbers do not fill the shape
   */
  public Value input(String name, float[] numbers, long... shape) {
    return input(name, FloatBuffer.wrap(numbers.clone()), DataType.FLOAT32, shape);
  }

  private Value input(String name, Buffer numbers, DataType type, long... shape) {
    requireFilled(numbers, 1, new Shape(shape));
    return new Value(name, new Value.Numbers(this, numbers, type, new Shape(shape)));
  }

  private PtNDArray copy(Buffer numbers, DataType type, long... shape) {
    return copy(numbers, type, new Shape(shape));
  }

  PtNDArray copy(Buffer numbers, DataType type, Shape size) {
    enter();
    requireFilled(numbers, numbers instanceof ByteBuffer ? type.getNumOfBytes() : 1, size);
    if (isGpu() && numbers.hasRemaining()) {
      return manager.create(numbers, size, type);
    }
    // An array made from a Java buffer would share the buffer's memory; this one owns memory that
    // PyTorch allocated, aligned as its kernels like it, and no buffer waits to be collected.
    PtNDArray own = manager.create(size, type);
    if (numbers.hasRemaining()) {
      BaseNDManager.copyBuffer(numbers, own.toByteBuffer(true));
    }
    return own;
  }

  private static void requireFilled(Buffer numbers, int width, Shape size) {
    if (numbers.remaining() != size.size() * width) {
      throw new IllegalArgumentException(
          numbers.remaining() / width + " numbers do not fill the shape " + size);
    }
  }

  /** Seeds the generators of random numbers that programs draw from. */
  void seed(long seed) {
    JniUtils.setSeed(seed);
  }

  /** {@return how many native tensors are alive on this device, to find leaks} */
  public int liveTensors() {
    return manager.getManagedArrays().size();
  }

  /** {@return the same for all devices of this process that are open} */
  public static int liveTensorsInAll() {
    return OPEN.stream().mapToInt(Device::liveTensors).sum();
  }

  /**
   * {@return the nanoseconds in which programs were compiled for this device so far, by all threads
   * together: their text was written, and PyTorch made code of it}
   */
  public long compilingNanos() {
    return compiling.sum();
  }

  /** Does what is to count as compiling; not within itself. */
  <T> T compiling(Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      compiling.add(System.nanoTime() - begin);
    }
  }

  /**
   * {@return the nanoseconds in which a training step was under way on this device so far, of all
   * steps together: from when its program was launched, with its inputs on the device, until its
   * results were read, when nothing of it is left to be done}
   */
  public long steppingNanos() {
    return stepping.sum();
  }

  /** A step was under way for so long. */
  void stepped(long nanos) {
    stepping.add(nanos);
  }

  /**
   * Gives memory of a GPU back that PyTorch keeps for values to come: what the driver then says is
   * used is used. The next values take longer to be made.
   */
  public void releaseUnused() {
    if (isGpu()) {
      Graphs.ENGINE.readLock().lock(); // The allocator refuses while a graph is captured.
      try {
        JniUtils.emptyCudaCache();
      } finally {
        Graphs.ENGINE.readLock().unlock();
      }
    }
  }

  /**
   * What has come of {@link #captureGraphs}.
   *
   * @param captured how many graphs
   * @param replayed how many calls of programs and steps were replays of one
   * @param refusals what runs as without graphs, and why
   */
  public record GraphUse(long captured, long replayed, List<String> refusals) {
    /** {@return it in words, if there is anything to tell} */
    public Optional<String> told() {
      boolean isSomething = captured > 0 || !refusals.isEmpty();
      return isSomething ? Optional.of(toString()) : Optional.empty();
    }

    @Override
    public String toString() {
      String use = captured + " captured, " + replayed + " calls replayed";
      return refusals.isEmpty() ? use : use + "; not " + String.join("; not ", refusals);
    }
  }

  /** When programs are captured as CUDA graphs. */
  public enum Capture {
    /** Never. */
    OFF,
    /**
     * What has been run with the same values and shapes some times, if the graph takes no more than
     * a part of the memory that is free.
     */
    AUTO,
    /** What is run with the same values and shapes again; the log says where that can't be. */
    ON
  }

  /**
   * From here on programs and training steps that are compiled for this device are captured as CUDA
   * graphs and replayed: the same results without the costs of launching each kernel. Graphs take
   * memory for as long as their programs are open, or until something else needs it. Where there
   * can't be one, on a processor for instance, the program runs as it is.
   *
   * @param when which of them are
   */
  public void captureGraphs(Capture when) {
    capture(Graphs.of(this, place.getDeviceId(), when));
  }

  void capture(Graphs as) {
    graphs.close();
    graphs = as;
  }

  /** {@return what has come of capturing graphs so far; nothing if it was not asked for} */
  public GraphUse graphUse() {
    return graphs.use();
  }

  Graphs graphs() {
    return graphs;
  }

  /** Modules that are bound to nothing: the next of the same text need not be compiled. */
  Idle<PtSymbolBlock> idle() {
    return idle;
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
    OPEN.remove(this);
    graphs.close();
    conversion.close();
    idle.close();
    manager.close();
  }

  @Override
  public String toString() {
    return name();
  }
}
