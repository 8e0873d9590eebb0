package dev.graft.program;

import dev.graft.program.cuda.CudaGraphs;
import dev.graft.program.cuda.NotAvailableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The captured graphs of one program: one for each list of values that it reads where they lie, and
 * for the shapes of its inputs, which are copied to where the graph reads them. A program is
 * captured when it is run with the like for a second time. One replay at a time.
 */
final class Replays implements AutoCloseable {
  /** Of each program, held at a time. */
  static final int MOST = 16;

  /** So often has a graph to be let go of before it is plain that graphs don't repeat. */
  static final int MOST_LET_GO = 128;

  private final Graphs graphs;
  private final String program;

  /** The last used first. */
  private final List<Entry> entries = new ArrayList<>();

  private long pool;
  private int letGo;
  private volatile boolean isPlain;

  /**
   * None yet.
   *
   * @param program for messages
   */
  Replays(Graphs graphs, String program) {
    this.graphs = graphs;
    this.program = program;
    this.isPlain = !graphs.isOn();
  }

  /** What was run with some values and shapes, and its graph once it is captured. */
  private static final class Entry {
    private final Object[] read;
    private final long[][] shapes;
    private final String[] types;
    private Values inputs;
    private Graphs.Recording recording;

    Entry(Values values, Values inputs) {
      this.read = values.list().stream().map(Value::array).toArray();
      this.shapes = inputs.list().stream().map(Value::shape).toArray(long[][]::new);
      this.types = inputs.list().stream().map(Value::type).toArray(String[]::new);
    }

    /** Whether it is the same values, not only equal ones. */
    boolean fits(Values values, Values given) {
      if (read.length != values.size() || shapes.length != given.size()) {
        return false;
      }
      for (int i = 0; i < read.length; i++) {
        if (read[i] != values.get(i).array()) {
          return false;
        }
      }
      for (int i = 0; i < shapes.length; i++) {
        if (!Arrays.equals(shapes[i], given.get(i).shape())
            || !types[i].equals(given.get(i).type())) {
          return false;
        }
      }
      return true;
    }

    void close() {
      if (recording != null) {
        recording.close();
      }
      if (inputs != null) {
        inputs.close();
      }
    }
  }

  /**
   * Runs the program, or replays what it launches.
   *
   * @param values that it reads where they lie
   * @param inputs that may lie elsewhere at each call
   * @param body runs the program with such inputs
   * @return the outputs; the caller closes them
   */
  Values run(Values values, Values inputs, UnaryOperator<Values> body) {
    if (isPlain) {
      return body.apply(inputs);
    }
    synchronized (this) {
      Entry entry = isPlain ? null : found(values, inputs);
      if (isPlain) {
        return body.apply(inputs);
      }
      if (entry == null) {
        return first(new Entry(values, inputs), inputs, body);
      }
      try {
        if (entry.recording == null) {
          capture(entry, inputs, body);
        }
      } catch (NotAvailableException e) {
        turnPlain(e.getMessage());
        return body.apply(inputs);
      }
      graphs.fill(entry.inputs, inputs);
      entry.recording.replay();
      graphs.replayed();
      return graphs.copies(entry.recording.results());
    }
  }

  private Entry found(Values values, Values inputs) {
    for (Iterator<Entry> each = entries.iterator(); each.hasNext(); ) {
      Entry entry = each.next();
      if (entry.fits(values, inputs)) {
        each.remove();
        entries.add(0, entry);
        return entry;
      }
    }
    return null;
  }

  private Values first(Entry entry, Values inputs, UnaryOperator<Values> body) {
    if (entries.size() == MOST) {
      entries.remove(MOST - 1).close();
      letGo++;
      if (letGo == MOST_LET_GO) {
        turnPlain("its values and the shapes of its inputs hardly repeat");
        return body.apply(inputs);
      }
    }
    Values results;
    try {
      results = graphs.rehearse(() -> body.apply(inputs));
    } catch (NotAvailableException e) {
      throw new IllegalStateException(e.getMessage(), e); // The GPU fails, not the capture.
    }
    entries.add(0, entry);
    return results;
  }

  private void capture(Entry entry, Values inputs, UnaryOperator<Values> body)
      throws NotAvailableException {
    if (entries.stream().allMatch(each -> each.recording == null)) {
      pool = CudaGraphs.newPool();
    }
    entry.inputs = graphs.kept(inputs);
    entry.recording = graphs.capture(pool, () -> body.apply(entry.inputs));
  }

  private void turnPlain(String reason) {
    isPlain = true;
    close();
    graphs.refuse(program, reason);
  }

  @Override
  public synchronized void close() {
    entries.forEach(Entry::close);
    entries.clear();
  }
}
