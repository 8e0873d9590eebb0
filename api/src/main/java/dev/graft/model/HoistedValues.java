package dev.graft.model;

import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.sharing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What an attachment's programs read: its tensors and, behind them, what is hoisted out of the
 * programs. That is computed when it is first read, and again after the tensors have changed.
 *
 * <p>Several threads may read at a time.
 */
final class HoistedValues implements AutoCloseable {
  private final Values tensors;
  private final Optional<UnaryOperator<Values>> expressions;

  /** How often the tensors have changed; all that read the same tensors share it. */
  private final AtomicLong changes;

  private Shared<Values> current;
  private long computedAt;
  private boolean isClosed;

  /**
   * Nothing is computed yet.
   *
   * @param expressions computes what is hoisted from the tensors; none if nothing is
   * @param changes of the tensors, counted
   */
  HoistedValues(Values tensors, Optional<UnaryOperator<Values>> expressions, AtomicLong changes) {
    this.tensors = tensors;
    this.expressions = expressions;
    this.changes = changes;
  }

  /** Calls something that reads the values, which stay as they are until it has ended. */
  <R> R read(Function<Values, R> reader) {
    try (Values open = tensors.shared()) {
      return expressions.isEmpty() ? reader.apply(open) : acquired(open).call(reader);
    }
  }

  private synchronized Shared<Values> acquired(Values open) {
    if (isClosed) {
      return computed(open); // a call that began before: its own, and gone with it
    }
    long now = changes.get();
    if (current != null && now != computedAt) {
      letGo();
    }
    if (current == null) {
      current = computed(open);
      computedAt = now;
    }
    current.acquire();
    return current;
  }

  private Shared<Values> computed(Values open) {
    Values hoisted = expressions.orElseThrow().apply(open);
    List<Value> all = new ArrayList<>(open.list());
    all.addAll(hoisted.list());
    Values together = Values.borrowing(all);
    return new Shared<>(
        together,
        () -> {
          together.close();
          hoisted.close();
        });
  }

  /** Says that the tensors have changed. */
  void changed() {
    changes.incrementAndGet();
    letGo();
  }

  /** Lets go of what was computed; who reads it still keeps it until then. */
  synchronized void letGo() {
    if (current != null) {
      current.release();
      current = null;
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    letGo();
  }
}
