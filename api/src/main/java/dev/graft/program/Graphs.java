package dev.graft.program;

import ai.djl.pytorch.jni.JniUtils;
import dev.graft.GraftException;
import dev.graft.program.cuda.CudaGraph;
import dev.graft.program.cuda.CudaGraphs;
import dev.graft.program.cuda.NotAvailableException;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * How the programs of a device are captured as CUDA graphs: when, with what, and what has come of
 * it. A tiny graph is tried before any other. All graphs lie in one pool of memory, so that one is
 * captured, replayed and read at a time: whoever does it holds the lock of this object.
 */
final class Graphs implements AutoCloseable {
  /** While a graph is captured no other thread may run anything: readers run, writers capture. */
  static final ReadWriteLock ENGINE = new ReentrantReadWriteLock();

  /**
   * So often is something run before it is captured where nobody asked for it: a capture takes as
   * long as some replays save.
   */
  private static final int RUNS_UNASKED = 3;

  /** Unasked a graph may take such a part of the memory that is free: the rest is for others. */
  private static final int PART_UNASKED = 4;

  private static final System.Logger LOG = System.getLogger(Graphs.class.getName());

  private static final String FILL = "fill";
  private static final String COPIES = "copies";
  private static final String KEPT = "kept";
  private static final String NOTHING = "annotate(List[Tensor], [])";

  /** Finds out whether a device can capture, and how. */
  interface Opening {
    Recorder open() throws NotAvailableException;
  }

  /** Captures on a device. */
  interface Recorder {
    /** Runs something as it will be captured; all that was launched before has ended. */
    Values rehearse(Supplier<Values> body) throws NotAvailableException;

    /**
     * Captures what was rehearsed.
     *
     * @param pool of memory
     */
    Recording capture(long pool, Supplier<Values> body) throws NotAvailableException;

    /** Writes numbers over a value. */
    void write(Value kept, Buffer numbers) throws NotAvailableException;
  }

  /** What was captured. */
  interface Recording extends AutoCloseable {
    /** Runs it again, behind what was launched before. */
    void replay();

    /** Where its results lie after each replay. */
    Values results();

    @Override
    void close();
  }

  /** A graph on a GPU. */
  private record Captured(CudaGraph graph, Values results) implements Recording {
    @Override
    public void replay() {
      graph.replay();
    }

    @Override
    public void close() {
      results.close();
      graph.close();
    }
  }

  /**
   * Captures on a GPU.
   *
   * @param part of the free memory that a graph may take
   */
  private record OnGpu(CudaGraphs cuda, int part) implements Recorder {
    @Override
    public Values rehearse(Supplier<Values> body) throws NotAvailableException {
      Values[] results = new Values[1];
      cuda.rehearse(() -> results[0] = body.get());
      return results[0];
    }

    @Override
    public Recording capture(long pool, Supplier<Values> body) throws NotAvailableException {
      long before = cuda.freeMemory();
      JniUtils.emptyCudaCache(); // What the rehearsal took is free for the pool.
      long free = cuda.freeMemory();
      if (free - before > free / part) {
        throw new NotAvailableException(
            "a graph would take up to %s MiB, and %s MiB of the GPU's memory are free"
                .formatted((free - before) >> 20, free >> 20));
      }
      Values[] results = new Values[1];
      try {
        return new Captured(cuda.capture(pool, () -> results[0] = body.get()), results[0]);
      } catch (NotAvailableException e) {
        if (results[0] != null) {
          results[0].close();
        }
        throw e;
      }
    }

    @Override
    public void write(Value kept, Buffer numbers) throws NotAvailableException {
      cuda.copy(kept.array().getHandle(), numbers);
    }
  }

  private final Device device;
  private final Device.Capture when;
  private final Opening opening;
  private Recorder recorder;
  private NativeModule copying;

  /** Those that hold graphs. */
  private final Set<Replays> holders = new LinkedHashSet<>();

  private final LongAdder captured = new LongAdder();
  private final LongAdder replayed = new LongAdder();
  private final Map<String, String> refusals = new LinkedHashMap<>();
  private volatile boolean isOff;
  private long pool;
  private int inPool;

  /** With any recorder. */
  Graphs(Device device, Device.Capture when, Opening opening) {
    this.device = device;
    this.when = when;
    this.opening = opening;
    this.isOff = when == Device.Capture.OFF;
  }

  /** On a GPU, if a tiny graph gives what it should. */
  static Graphs of(Device device, int gpu, Device.Capture when) {
    boolean isNeverAsked = when == Device.Capture.AUTO && !device.isGpu();
    Graphs graphs =
        new Graphs(
            device,
            isNeverAsked ? Device.Capture.OFF : when,
            () -> onGpu(device, gpu, when == Device.Capture.AUTO ? PART_UNASKED : 1));
    if (when == Device.Capture.ON) {
      graphs.isOpen(); // or says at once why not
    }
    return graphs;
  }

  private static Recorder onGpu(Device device, int gpu, int part) throws NotAvailableException {
    if (!device.isGpu()) {
      throw new NotAvailableException("the device is the processor");
    }
    try (Value first = device.zeros("the first value", Type.FLOAT32, 1)) {
      first.number(); // which makes the context
    }
    return new OnGpu(new CudaGraphs(gpu), part);
  }

  /** Whether there is what captures; it is looked for when it is first asked for. */
  synchronized boolean isOpen() {
    if (recorder == null && !isOff) {
      try {
        recorder = opening.open();
        copying = copying(device);
        tryTiny();
        captured.reset();
      } catch (NotAvailableException | GraftException e) { // or there is no memory for it
        isOff = true;
        refuse("all programs of " + device, e.getMessage());
      }
    }
    return !isOff;
  }

  private static NativeModule copying(Device device) {
    String loop = "for i in range(torch.len(x)):";
    String append = "  _0 = torch.append(copies, torch.clone(torch.detach(x[i])))";
    List<String> copies = List.of("copies = " + NOTHING, loop, append);
    return new NativeModule(
        device,
        List.of(),
        List.of(
            method(FILL, List.of("g", "x"), List.of("torch._foreach_copy_(g, x)"), NOTHING),
            method(COPIES, List.of("g", "x"), copies, "copies"),
            method(KEPT, List.of("x"), copies, "copies")));
  }

  private static NativeModule.Method method(
      String name, List<String> takes, List<String> lines, String result) {
    List<Call> none = Arrays.asList(new Call[lines.size()]);
    return new NativeModule.Method(name, takes, lines, none, result);
  }

  private void tryTiny() throws NotAvailableException {
    NativeModule.Method twice =
        method("twice", List.of("g", "x"), List.of("y = torch.mul(x[0], 2)"), "[y]");
    try (NativeModule module = new NativeModule(device, List.of(), List.of(twice));
        Values none = Values.borrowing(List.of());
        Values x = Values.owning(List.of(device.create("x", new float[] {0, -1}, 2)));
        Values read = kept(x)) {
      Supplier<Values> body = () -> Values.owning(module.run("twice", none, read));
      recorder.rehearse(body).close();
      Recording tiny = capture(body);
      try {
        for (int call = 1; call <= 3; call++) {
          tryTiny(call, read, tiny);
          device.releaseUnused();
        }
      } finally {
        letGo(tiny);
      }
    }
  }

  private void tryTiny(int call, Values read, Recording tiny) throws NotAvailableException {
    try (Values x = Values.owning(List.of(device.create("x", new float[] {call, -1}, 2)))) {
      fill(read, x);
      tiny.replay();
    }
    try (Values copies = copies(tiny.results())) {
      float[] found = copies.get(0).floats();
      if (found[0] != 2 * call || found[1] != -2) {
        throw new NotAvailableException(
            "a tiny graph gave %s at call %s".formatted(Arrays.toString(found), call));
      }
    }
  }

  /** Whether programs are to be captured. */
  boolean isOn() {
    return !isOff;
  }

  /** So often is something run as it is before it is captured. */
  int plainRuns() {
    return when == Device.Capture.AUTO ? RUNS_UNASKED : 1;
  }

  /** Takes down why something runs as it is, and logs it once. */
  void refuse(String what, String reason) {
    synchronized (refusals) {
      if (refusals.putIfAbsent(what, reason) != null) {
        return;
      }
    }
    System.Logger.Level level =
        when == Device.Capture.ON ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG;
    LOG.log(level, "No CUDA graph is used for {0}: {1}", what, reason);
  }

  /** What has come of it so far. */
  Device.GraphUse use() {
    synchronized (refusals) {
      List<String> reasons = new ArrayList<>();
      refusals.forEach((what, reason) -> reasons.add(what + ": " + reason));
      return new Device.GraphUse(captured.sum(), replayed.sum(), List.copyOf(reasons));
    }
  }

  Values rehearse(Supplier<Values> body) throws NotAvailableException {
    return recorder.rehearse(body);
  }

  /** Captures what was rehearsed; only for as long as it is not {@linkplain #letGo let go of}. */
  Recording capture(Supplier<Values> body) throws NotAvailableException {
    ENGINE.writeLock().lock();
    try {
      if (inPool == 0) {
        pool = CudaGraphs.newPool();
      }
      Recording recording = recorder.capture(pool, body);
      inPool++;
      captured.increment();
      return recording;
    } finally {
      ENGINE.writeLock().unlock();
    }
  }

  void letGo(Recording recording) {
    recording.close();
    inPool--;
  }

  /** Knows who may be asked to let graphs go. */
  void held(Replays by) {
    holders.add(by);
  }

  void heldNoMore(Replays by) {
    holders.remove(by);
  }

  /**
   * Lets go of all graphs and captures no more, since something that runs as it is needs the
   * memory.
   *
   * @return whether there were any
   */
  synchronized boolean makeRoom() {
    if (inPool == 0) {
      return false;
    }
    isOff = true;
    List.copyOf(holders).forEach(Replays::close);
    refuse("all programs of " + device, "their memory was needed, and they were let go of");
    device.releaseUnused();
    return true;
  }

  /** Counts a replay. */
  void replayed() {
    replayed.increment();
  }

  /** Values like others, which stay where they are; training may keep them for its way back. */
  Values kept(Values like) {
    return like.size() == 0 ? Values.borrowing(List.of()) : copying.train(KEPT, like);
  }

  /** Writes values over kept ones; those that wait for it to no other place before. */
  void fill(Values kept, Values with) throws NotAvailableException {
    List<Value> over = new ArrayList<>();
    List<Value> read = new ArrayList<>();
    ENGINE.readLock().lock();
    try {
      for (int i = 0; i < with.size(); i++) {
        Buffer waiting = with.get(i).waiting();
        if (waiting == null) {
          over.add(kept.get(i));
          read.add(with.get(i));
        } else {
          recorder.write(kept.get(i), waiting);
        }
      }
    } finally {
      ENGINE.readLock().unlock();
    }
    if (!over.isEmpty()) {
      try (Values some = Values.borrowing(over);
          Values others = Values.borrowing(read)) {
        copying.run(FILL, some, others);
      }
    }
  }

  /** Copies of values. */
  Values copies(Values of) {
    return of.like(copying.run(COPIES, Values.borrowing(List.of()), of));
  }

  @Override
  public void close() {
    if (copying != null) {
      copying.close();
    }
  }
}
