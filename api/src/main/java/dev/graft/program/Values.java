package dev.graft.program;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import dev.graft.sharing.Shared;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An immutable list of values, in the order in which a program reads or returns them. It may have
 * several holders, each with a list of its own: the values stay until all of these are closed. A
 * program that runs is one of them.
 */
public final class Values implements Iterable<Value>, AutoCloseable {
  private final Shared<Held> held;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private Values(Shared<Held> held) {
    this.held = held;
  }

  private Values(List<Value> list, boolean owned) {
    Held all = new Held(List.copyOf(list), owned);
    this.held = new Shared<>(all, all::close);
  }

  /** What all holders have in common. */
  private static final class Held implements AutoCloseable {
    private final List<Value> list;
    private final boolean owned;
    private IValue handle;

    Held(List<Value> list, boolean owned) {
      this.list = list;
      this.owned = owned;
    }

    synchronized IValue handle() {
      if (handle == null) {
        handle = IValue.listFrom(list.stream().map(Value::array).toArray(PtNDArray[]::new));
      }
      return handle;
    }

    @Override
    public synchronized void close() {
      if (handle != null) {
        handle.close();
      }
      if (owned) {
        list.forEach(Value::close);
      }
    }
  }

  /**
   * {@return a list that closes its values when it is closed}
   *
   * @param values copied as a list
   */
  public static Values owning(List<Value> values) {
    return new Values(values, true);
  }

  /**
   * {@return a list of values that belong to somebody else}
   *
   * @param values copied as a list; each must stay open while this list is in use
   */
  public static Values borrowing(List<Value> values) {
    return new Values(values, false);
  }

  /**
   * {@return the same values for another holder, who closes it: they stay until both are closed}
   *
   * @throws IllegalStateException if this is closed
   */
  public Values shared() {
    if (isClosed.get() || !held.acquire()) {
      throw new IllegalStateException("these values were closed: " + list());
    }
    return new Values(held);
  }

  static Values owning(PtNDArray[] arrays) {
    return owning(arrays, Collections.nCopies(arrays.length, null));
  }

  /** The results of a program, each with its precision, or null for those without. */
  static Values owning(PtNDArray[] arrays, List<Precision> precisions) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < arrays.length; i++) {
      values.add(new Value("result " + i, arrays[i], precisions.get(i)));
    }
    return owning(values);
  }

  /** Other arrays with the names and precisions of these values. */
  Values like(PtNDArray[] arrays) {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < arrays.length; i++) {
      values.add(get(i).like(arrays[i]));
    }
    return owning(values);
  }

  /**
   * {@return the value at an index}
   *
   * @param index from 0
   */
  public Value get(int index) {
    return list().get(index);
  }

  /** {@return the number of values} */
  public int size() {
    return list().size();
  }

  /** {@return the values, unmodifiable} */
  public List<Value> list() {
    return held.get().list;
  }

  @Override
  public Iterator<Value> iterator() {
    return list().iterator();
  }

  /** The list as the engine takes it; made once, since it is passed at every call. */
  IValue handle() {
    return held.get().handle();
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      held.release();
    }
  }
}
