package dev.graft.program;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares graphs operator by operator. */
final class Likeness {
  /** What was compared already: graphs share nodes. */
  private final Map<Pair, Boolean> known = new HashMap<>();

  private record Pair(Tensor one, Tensor other) {}

  boolean of(Tensor a, Tensor b) {
    Tensor one = withoutDropout(a);
    Tensor other = withoutDropout(b);
    if (one == other) {
      return true;
    }
    if (one.isLeaf() || other.isLeaf()) {
      return false;
    }
    Pair pair = new Pair(one, other);
    Boolean before = known.get(pair);
    if (before == null) {
      before = calls(one, other);
      known.put(pair, before);
    }
    return before;
  }

  private static Tensor withoutDropout(Tensor x) {
    Tensor bare = x;
    while (!bare.isLeaf() && bare.call().function().equals(Call.DROPOUT)) {
      bare = bare.call().inputs().get(0);
    }
    return bare;
  }

  private boolean calls(Tensor one, Tensor other) {
    Call a = one.call();
    Call b = other.call();
    return a.function().equals(b.function())
        && one.type() == other.type()
        && one.shape().equals(other.shape())
        && a.keywords().keySet().equals(b.keywords().keySet())
        && lists(a.arguments(), b.arguments())
        && lists(List.copyOf(a.keywords().values()), List.copyOf(b.keywords().values()));
  }

  private boolean lists(List<?> one, List<?> other) {
    boolean same = one.size() == other.size();
    for (int i = 0; same && i < one.size(); i++) {
      same = arguments(one.get(i), other.get(i));
    }
    return same;
  }

  private boolean arguments(Object one, Object other) {
    if (one instanceof Tensor a && other instanceof Tensor b) {
      return of(a, b);
    }
    if (one instanceof Call.Property a && other instanceof Call.Property b) {
      return a.function().equals(b.function()) && of(a.of(), b.of());
    }
    if (one instanceof List<?> a && other instanceof List<?> b) {
      return lists(a, b);
    }
    return Objects.equals(one, other);
  }
}
