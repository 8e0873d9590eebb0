package dev.graft.program;

import ai.djl.pytorch.engine.PtNDArray;
import dev.graft.GraftException;
import dev.graft.program.cuda.NotAvailableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The captured graphs of one program: one for each list of values that it reads where they lie, and
 * for the shapes of its inputs, which are copied to where the graph reads them. A program is
 * captured when it has been run with the like before.
 */
final class Replays implements AutoCloseable {
  /** Of each program, held at a time. */
  static final int MOST = 64;

  /** So often is a graph let go of for another; then those that are there stay. */
  static final int MOST_LET_GO = 64;

  /** With so many values and shapes it is known how often each was run. */
  private static final int MOST_SEEN = 256;

  private final Graphs graphs;
  private final String program;
  private final Changes changes;

  /** The last used first. */
  private final List<Entry> entries = new ArrayList<>();

  private int letGo;
  private volatile boolean isPlain;

  /** What a run changes besides its results: whether it can be run once more. */
  enum Changes {
    NOTHING,
    /** When all that takes memory has been computed. */
    AT_THE_END,
    ON_THE_WAY
  }

  /** What is run. */
  interface Body {
    /** What precedes each run and each replay, and is no part of a graph. */
    default void prepare() {}

    /** What precedes each replay when its inputs are where the graph reads them. */
    default void launching() {}

    /** Runs it; the caller closes the results. */
    Values run(Values inputs);
  }

  /**
   * None yet.
   *
   * @param program for messages
   */
  Replays(Graphs graphs, String program, Changes changes) {
    this.graphs = graphs;
    this.program = program;
    this.changes = changes;
    this.isPlain = !graphs.isOn();
  }

  /** What was run with some values and shapes, and its graph once it is captured. */
  private final class Entry {
    private final PtNDArray[] read;
    private final long[][] shapes;
    private final String[] types;
    private int runs;
    private Values inputs;
    private Graphs.Recording recording;

    Entry(Values values, Values inputs) {
      this.read = values.list().stream().map(Value::array).toArray(PtNDArray[]::new);
      this.shapes = inputs.list().stream().map(Value::shape).toArray(long[][]::new);
      this.types = inputs.list().stream().map(Value::type).toArray(String[]::new);
    }

    /** Whether it is the same values, not only equal ones. */
    @SuppressWarnings("ReferenceEquality")
    boolean fits(Values values, Values given) {
      if (read.length != values.size() || shapes.length != given.size()) {
        return false;
      }
      for (int i = 0; i < shapes.length; i++) {
        if (!Arrays.equals(shapes[i], given.get(i).shape())
            || !types[i].equals(given.get(i).type())) {
          return false;
        }
      }
      for (int i = 0; i < read.length; i++) {
        if (read[i] != values.get(i).array()) {
          return false;
        }
      }
      return true;
    }

    /** Whether something that it reads was closed: it is never run again. */
    boolean isOver() {
      return Arrays.stream(read).anyMatch(PtNDArray::isReleased);
    }

    boolean isCaptured() {
      return recording != null;
    }

    void letGo() {
      if (recording != null) {
        graphs.letGo(recording);
        recording = null;
      }
      if (inputs != null) {
        inputs.close();
        inputs = null;
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
  Values run(Values values, Values inputs, Body body) {
    try {
      return replayed(values, inputs, body).orElseGet(() -> plain(inputs, body));
    } catch (GraftException e) {
      boolean isShort = e.kind() == GraftException.Kind.MACHINE; // of memory: nothing else is
      if (!isShort || changes == Changes.ON_THE_WAY || !graphs.makeRoom()) {
        throw e;
      }
      return plain(inputs, body);
    }
  }

  private static Values plain(Values inputs, Body body) {
    body.prepare();
    return body.run(inputs);
  }

  /** Nothing where it is to run as it is. */
  private Optional<Values> replayed(Values values, Values inputs, Body body) {
    if (isPlain) {
      return Optional.empty();
    }
    synchronized (graphs) {
      if (isPlain || !graphs.isOn()) {
        return Optional.empty();
      }
      Entry entry = entry(values, inputs);
      if (entry.isCaptured()) {
        body.prepare();
        return Optional.of(replayed(entry, inputs, body));
      }
      boolean isDue = entry.runs++ == graphs.plainRuns() && graphs.isOpen() && hasRoom();
      return isDue ? Optional.of(captured(entry, inputs, body)) : Optional.empty();
    }
  }

  private Values replayed(Entry entry, Values inputs, Body body) {
    try {
      graphs.fill(entry.inputs, inputs);
    } catch (NotAvailableException e) {
      throw new IllegalStateException(e.getMessage(), e); // The GPU fails, not the capture.
    }
    body.launching();
    entry.recording.replay();
    graphs.replayed();
    try {
      return graphs.copies(entry.recording.results());
    } catch (GraftException e) {
      if (changes == Changes.NOTHING) {
        throw e;
      }
      throw new IllegalStateException(e.getMessage(), e); // Once more would be twice.
    }
  }

  private Entry entry(Values values, Values inputs) {
    Entry found =
        entries.stream()
            .filter(entry -> entry.fits(values, inputs))
            .findFirst()
            .orElseGet(() -> new Entry(values, inputs));
    entries.remove(found);
    entries.add(0, found);
    if (entries.size() > MOST + MOST_SEEN) {
      last(false).ifPresent(this::remove);
    }
    return found;
  }

  /** The one of those with or without graphs that was not used for longest. */
  private Optional<Entry> last(boolean isCaptured) {
    return entries.stream()
        .filter(entry -> entry.isCaptured() == isCaptured)
        .reduce((before, after) -> after);
  }

  /** Whether one more may be captured. */
  private boolean hasRoom() {
    if (isBelowMost()) {
      return true;
    }
    entries.stream().filter(Entry::isOver).toList().forEach(this::remove);
    if (isBelowMost()) {
      return true;
    }
    if (letGo == MOST_LET_GO) {
      graphs.refuse(program, "more than %s values and shapes of its inputs repeat".formatted(MOST));
      return false;
    }
    letGo++;
    last(true).ifPresent(this::remove);
    return true;
  }

  private boolean isBelowMost() {
    return entries.stream().filter(Entry::isCaptured).count() < MOST;
  }

  private void remove(Entry entry) {
    entry.letGo();
    entries.remove(entry);
  }

  /** Runs it as it will be captured, then captures it. */
  private Values captured(Entry entry, Values inputs, Body body) {
    body.prepare();
    Values results;
    try {
      results = graphs.rehearse(() -> body.run(inputs));
    } catch (NotAvailableException e) {
      throw new IllegalStateException(e.getMessage(), e); // The GPU fails, not the capture.
    }
    try {
      graphs.held(this);
      entry.inputs = graphs.kept(inputs);
      Values kept = entry.inputs;
      entry.recording = graphs.capture(() -> body.run(kept));
      return results;
    } catch (NotAvailableException | GraftException e) {
      refuse(e.getMessage().lines().collect(Collectors.joining("; ")));
      return results;
    } catch (RuntimeException | Error e) {
      results.close();
      throw e;
    }
  }

  /** From here on the program runs as it is. */
  void refuse(String reason) {
    isPlain = true;
    close();
    if (graphs.isOn()) {
      graphs.refuse(program, reason);
    }
  }

  @Override
  public void close() {
    synchronized (graphs) {
      entries.forEach(Entry::letGo);
      entries.clear();
      graphs.heldNoMore(this);
    }
  }
}
