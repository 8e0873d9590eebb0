package dev.graft.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Says what a recorded graph says in operators that cost less: this is what is written and run. The
 * recorded graph is what is counted, compared and hoisted.
 */
final class Rewriting {
  static final String SPLIT = "torch.split_with_sizes";

  private final Set<Optimization> off;
  private final Products products;

  private final Map<Tensor, Tensor> results = new HashMap<>();
  private final Set<Tensor> given = new HashSet<>();
  private final Map<Tensor, Tensor> written = new HashMap<>();
  private final Map<Tensor, List<Tensor>> readers = new HashMap<>();

  /** What gives the parts of recorded nodes that are cut up, by where they start. */
  private final Map<Tensor, Optional<Map<Dim, Tensor>>> parts = new HashMap<>();

  /**
   * Rewrites nothing so far.
   *
   * @param off the optimisations that are left out
   * @param training whether dropout is at work
   */
  Rewriting(Set<Optimization> off, boolean training) {
    this.off = off;
    this.products = new Products(this, training);
  }

  /** Says that a weight is a view of {@link AlignedRows}. */
  void align(Tensor weight) {
    products.align(weight);
  }

  /**
   * Takes nodes that are to be written, all of those together that share others.
   *
   * @param isGiven whether a node is read, not computed
   */
  void take(List<Tensor> recorded, Predicate<Tensor> isGiven) {
    Predicate<Tensor> isEnd = node -> written.containsKey(node) || isGiven.test(node);
    List<Tensor> outputs =
        isOn(Optimization.UNREAD_ROWS) ? UnreadRows.leftOut(recorded, isEnd) : recorded;
    List<Tensor> nodes = Program.inOrder(outputs, isEnd);
    for (Tensor node : nodes) {
      if (node.isLeaf() || isGiven.test(node)) {
        given.add(node);
      } else if (!written.containsKey(node)) {
        node.call().inputs().forEach(input -> readers(input).add(node));
      }
    }
    outputs.forEach(output -> readers(output).add(output));
    products.group(nodes);
    for (Tensor node : nodes) {
      written.computeIfAbsent(node, each -> given.contains(each) ? each : cheaper(each));
    }
    for (int i = 0; i < outputs.size(); i++) {
      results.put(recorded.get(i), written.get(outputs.get(i)));
    }
  }

  boolean has(Tensor recorded) {
    return results.containsKey(recorded);
  }

  /** What gives the same as a node that was taken. */
  Tensor of(Tensor recorded) {
    return results.get(recorded);
  }

  private List<Tensor> readers(Tensor node) {
    return readers.computeIfAbsent(node, each -> new ArrayList<>());
  }

  private Tensor cheaper(Tensor node) {
    return part(node).or(() -> products.cheaper(node)).orElseGet(() -> node.reading(written::get));
  }

  boolean isOn(Optimization optimization) {
    return !off.contains(optimization);
  }

  /** Whether a node calls an operator without keywords. */
  boolean isCall(Tensor node, String function) {
    return isCall(node)
        && node.call().function().equals(function)
        && node.call().keywords().isEmpty();
  }

  boolean isCall(Tensor node) {
    return !given.contains(node) && !node.isLeaf();
  }

  /** Whether a node is read, not computed. */
  boolean isGiven(Tensor node) {
    return given.contains(node);
  }

  /** What is written for a recorded node; null before it is. */
  Tensor written(Tensor node) {
    return written.get(node);
  }

  private boolean isSlice(Tensor node) {
    return isCall(node) && node.call().isSlice();
  }

  boolean isReadOnce(Tensor node) {
    return readers(node).size() == 1;
  }

  /** Whether nothing but some nodes reads a node, each once. */
  boolean isReadBy(Tensor node, List<Tensor> some) {
    return readers(node).size() == some.size() && readers(node).containsAll(some);
  }

  static Tensor input(Tensor node, int index) {
    return (Tensor) node.call().arguments().get(index);
  }

  // Slices that cut a tensor up

  private Optional<Tensor> part(Tensor node) {
    return isOn(Optimization.SPLIT) && isSlice(node)
        ? parts
            .computeIfAbsent(input(node, 0), whole -> split(whole, node))
            .map(all -> all.get(start(node)))
        : Optional.empty();
  }

  private static Dim start(Tensor slice) {
    return (Dim) slice.call().arguments().get(2);
  }

  private static Dim end(Tensor slice) {
    return (Dim) slice.call().arguments().get(3);
  }

  private Optional<Map<Dim, Tensor>> split(Tensor whole, Tensor one) {
    Object axis = one.call().arguments().get(1);
    List<Tensor> slices =
        readers(whole).stream()
            .filter(node -> isSlice(node) && start(node).isFixed())
            .filter(node -> node.call().arguments().get(1).equals(axis))
            .sorted(Comparator.comparingLong(node -> start(node).fixed()))
            .toList();
    List<Tensor> cuts = new ArrayList<>();
    Dim reached = Dim.of(0);
    for (Tensor slice : slices) {
      if (start(slice).equals(reached)) {
        cuts.add(slice);
        reached = end(slice);
      } else if (cuts.isEmpty() || !end(slice).equals(reached)) {
        return Optional.empty();
      }
    }
    int dim = Math.toIntExact((long) axis);
    if (cuts.size() < 2 || !reached.equals(whole.shape().dim(dim))) {
      return Optional.empty();
    }
    List<Tensor> results =
        one.instead(
            SPLIT,
            cuts.stream().map(slice -> new Tensor.Result(slice.shape(), slice.type())).toList(),
            written.get(whole),
            cuts.stream().map(slice -> slice.shape().dim(dim)).toList(),
            axis);
    Map<Dim, Tensor> all = new HashMap<>();
    for (int i = 0; i < results.size(); i++) {
      all.put(start(cuts.get(i)), results.get(i));
    }
    return Optional.of(all);
  }
}
