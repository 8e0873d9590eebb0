package dev.graft.program;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** An immutable list of values, in the order in which a program reads or returns them. */
public final class Values implements Iterable<Value>, AutoCloseable {
  private final List<Value> list;
  private final boolean owned;
  private IValue handle;

  private Values(List<Value> list, boolean owned) {
    this.list = List.copyOf(list);
    this.owned = owned;
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

  /**
   * {@return the value at an index}
   *
   * @param index from 0
   */
  public Value get(int index) {
    return list.get(index);
  }

  /** {@return the number of values} */
  public int size() {
    return list.size();
  }

  /** {@return the values, unmodifiable} */
  public List<Value> list() {
    return list;
  }

  @Override
  public Iterator<Value> iterator() {
    return list.iterator();
  }

  /** The list as the engine takes it; made once, since it is passed at every call. */
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
      handle = null;
    }
    if (owned) {
      list.forEach(Value::close);
    }
  }
}
