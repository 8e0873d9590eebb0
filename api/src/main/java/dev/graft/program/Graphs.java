package dev.graft.program;

import ai.djl.pytorch.jni.JniUtils;
import dev.graft.program.cuda.CudaGraph;
import dev.graft.program.cuda.CudaGraphs;
import dev.graft.program.cuda.NotAvailableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * How the programs of a device are captured as CUDA graphs: with what, and what has come of it. A
 * tiny graph is tried before any other.
 */
final class Graphs implements AutoCloseable {
  /** While a graph is captured no other thread may run anything: readers run, writers capture. */
  static final ReadWriteLock ENGINE = new ReentrantReadWriteLock();

  private static final System.Logger LOG = System.getLogger(Graphs.class.getName());

  private static final String FILL = "fill";
  private static final String COPIES = "copies";
  private static final String KEPT = "kept";
  private static final String NOTHING = "annotate(List[Tensor], [])";

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

  /** Captures on a GPU. */
  private record OnGpu(CudaGraphs cuda) implements Recorder {
    @Override
    public Values rehearse(Supplier<Values> body) throws NotAvailableException {
      Values[] results = new Values[1];
      cuda.rehearse(() -> results[0] = body.get());
      return results[0];
    }

    @Override
    public Recording capture(long pool, Supplier<Values> body) throws NotAvailableException {
      JniUtils.emptyCudaCache(); // What the rehearsal took is free for the pool.
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
  }

  private final Device device;
  private final Recorder recorder;
  private final NativeModule copying;
  private final LongAdder captured = new LongAdder();
  private final LongAdder replayed = new LongAdder();
  private final Map<String, String> refusals = new LinkedHashMap<>();

  /** With any recorder. */
  Graphs(Device device, Recorder recorder) {
    this.device = device;
    this.recorder = recorder;
    this.copying = recorder == null ? null : copying(device);
  }

  /** On a GPU, if a tiny graph gives what it should. */
  static Graphs of(Device device, int gpu) {
    try {
      return tried(device, gpu);
    } catch (NotAvailableException e) {
      Graphs off = new Graphs(device, null);
      off.refuse("all programs of " + device, e.getMessage());
      return off;
    }
  }

  private static Graphs tried(Device device, int gpu) throws NotAvailableException {
    if (!device.isGpu()) {
      throw new NotAvailableException("the device is the processor");
    }
    try (Value first = device.zeros("the first value", Type.FLOAT32, 1)) {
      first.number(); // which makes the context
    }
    Graphs graphs = new Graphs(device, new OnGpu(new CudaGraphs(gpu)));
    try {
      graphs.tryTiny();
      graphs.captured.reset();
      return graphs;
    } catch (NotAvailableException | RuntimeException e) {
      graphs.close();
      throw e;
    }
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
      try (Recording tiny = capture(CudaGraphs.newPool(), body)) {
        for (int call = 1; call <= 3; call++) {
          tryTiny(call, read, tiny);
          device.releaseUnused();
        }
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
    return recorder != null;
  }

  /** Takes down why something runs as it is, and logs it once. */
  void refuse(String what, String reason) {
    synchronized (refusals) {
      if (refusals.putIfAbsent(what, reason) != null) {
        return;
      }
    }
    LOG.log(System.Logger.Level.WARNING, "No CUDA graph is used for {0}: {1}", what, reason);
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

  Recording capture(long pool, Supplier<Values> body) throws NotAvailableException {
    ENGINE.writeLock().lock();
    try {
      Recording recording = recorder.capture(pool, body);
      captured.increment();
      return recording;
    } finally {
      ENGINE.writeLock().unlock();
    }
  }

  /** Counts a replay. */
  void replayed() {
    replayed.increment();
  }

  /** Values like others, which stay where they are; training may keep them for its way back. */
  Values kept(Values like) {
    return like.size() == 0 ? Values.borrowing(List.of()) : copying.train(KEPT, like);
  }

  /** Writes values over kept ones. */
  void fill(Values kept, Values with) {
    if (kept.size() > 0) {
      copying.run(FILL, kept, with);
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
