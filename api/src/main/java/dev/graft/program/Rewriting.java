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
import java.util.stream.Stream;

/**
 * Says what a recorded graph says in operators that cost less: this is what is written and run. The
 * recorded graph is what is counted, compared and hoisted.
 */
final class Rewriting {
  private static final String ADD = "torch.add";
  private static final String MULTIPLY = "torch.mul";
  private static final String LINEAR = "torch.linear";

  private final Set<Optimization> off;
  private final Map<Tensor, Tensor> results = new HashMap<>();
  private final Set<Tensor> given = new HashSet<>();
  private final Map<Tensor, Tensor> written = new HashMap<>();
  private final Map<Tensor, List<Tensor>> readers = new HashMap<>();

  /** What gives the parts of recorded nodes that are cut up, by where they start. */
  private final Map<Tensor, Optional<Map<Dim, Tensor>>> parts = new HashMap<>();

  /** Written nodes with all dimensions but the last in one. */
  private final Map<Tensor, Tensor> rows = new HashMap<>();

  /**
   * Rewrites nothing so far.
   *
   * @param off the optimisations that are left out
   */
  Rewriting(Set<Optimization> off) {
    this.off = off;
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
    return part(node)
        .or(() -> scaledWhereNarrow(node))
        .or(() -> withProductAdded(node))
        .orElseGet(() -> node.reading(written::get));
  }

  private boolean isOn(Optimization optimization) {
    return !off.contains(optimization);
  }

  private boolean isCall(Tensor node, String function) {
    return isCall(node)
        && node.call().function().equals(function)
        && node.call().keywords().isEmpty();
  }

  private boolean isCall(Tensor node) {
    return !given.contains(node) && !node.isLeaf();
  }

  private boolean isSlice(Tensor node) {
    return isCall(node) && node.call().isSlice();
  }

  private boolean isReadOnce(Tensor node) {
    return readers(node).size() == 1;
  }

  private Tensor input(Tensor node, int index) {
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
            "torch.split_with_sizes",
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

  // Products with a matrix

  /** An affine map without a bias, whose matrix is the same for all rows. */
  private boolean isProduct(Tensor node) {
    return isCall(node, LINEAR) && node.call().arguments().size() == 2;
  }

  private static Dim width(Tensor product) {
    return product.call().inputs().get(0).shape().dim(-1);
  }

  /** A product and the number that it is multiplied by. */
  private record Scaled(Tensor product, Optional<Tensor> factor) {}

  private Optional<Scaled> scaled(Tensor node) {
    if (isProduct(node)) {
      return Optional.of(new Scaled(node, Optional.empty()));
    }
    if (!isOn(Optimization.NARROW_SCALE) || !isCall(node, MULTIPLY)) {
      return Optional.empty();
    }
    List<Tensor> factors = node.call().inputs();
    return Stream.of(0, 1)
        .filter(i -> factors.size() == 2)
        .map(i -> new Scaled(factors.get(i), Optional.of(factors.get(1 - i))))
        .filter(each -> isProduct(each.product()) && isReadOnce(each.product()))
        .filter(each -> each.factor().get().shape().rank() == 0)
        .filter(each -> each.factor().get().type() == node.type())
        .filter(each -> isNarrow(each.product()))
        .findFirst();
  }

  /** Whether a product reads less than it gives. */
  private static boolean isNarrow(Tensor product) {
    Dim in = width(product);
    Dim out = product.shape().dim(-1);
    return in.isFixed() && out.isFixed() && in.fixed() < out.fixed();
  }

  /** {@code (x W) s = (x s) W}. */
  private Optional<Tensor> scaledWhereNarrow(Tensor node) {
    return isProduct(node)
        ? Optional.empty()
        : scaled(node)
            .map(
                each -> {
                  Tensor x = written.get(input(each.product(), 0));
                  Tensor scaled =
                      node.instead(MULTIPLY, x.shape(), x, written.get(each.factor().get()));
                  Tensor weight = written.get(input(each.product(), 1));
                  return each.product().instead(LINEAR, node.shape(), scaled, weight);
                });
  }

  /** {@code y + x W}, added by the product where y is another product that nothing else reads. */
  private Optional<Tensor> withProductAdded(Tensor node) {
    if (!isOn(Optimization.ADDMM) || !isCall(node) || !node.call().has(ADD, Tensor.class)) {
      return Optional.empty();
    }
    List<Tensor> terms = node.call().inputs();
    return Stream.of(1, 0)
        .filter(i -> isReadOnce(terms.get(i)) && isReadOnce(terms.get(1 - i)))
        .filter(i -> terms.get(0).shape().equals(terms.get(1).shape()))
        .filter(i -> terms.get(0).type() == terms.get(1).type())
        .filter(i -> isOwn(terms.get(1 - i)))
        .flatMap(
            i ->
                scaled(terms.get(i)).stream()
                    .filter(each -> isNarrow(each.product()))
                    .map(each -> added(node, terms.get(1 - i), each)))
        .findFirst();
  }

  /** Whether rows can be had that no other node is a view of. */
  private boolean isOwn(Tensor node) {
    return isCall(node, LINEAR) || (rows.containsKey(written.get(node)) && isCall(node, ADD));
  }

  private Tensor added(Tensor node, Tensor to, Scaled scaled) {
    Tensor y = rows(to, node);
    Tensor product = scaled.product();
    Tensor x = rows(input(product, 0), product);
    if (scaled.factor().isPresent()) {
      Tensor factor = written.get(scaled.factor().get());
      x = product.instead(MULTIPLY, x.shape(), x, factor);
    }
    Tensor weight = written.get(input(product, 1));
    Tensor transposed =
        product.instead("torch.transpose", weight.shape().swapped(0, 1), weight, 0L, 1L);
    Tensor sum = node.instead("torch.addmm_", y.shape(), y, x, transposed);
    if (node.shape().rank() == 2) {
      rows.put(sum, sum);
      return sum;
    }
    Tensor result =
        node.instead("torch.reshape", node.shape(), sum, List.copyOf(node.shape().dims()));
    rows.put(result, sum);
    return result;
  }

  /** What a recorded node gives, as a matrix for a reader. */
  private Tensor rows(Tensor node, Tensor reader) {
    if (node.shape().rank() == 2) {
      return written.get(node);
    }
    if (isCall(node, LINEAR) && isReadOnce(node)) {
      List<Object> arguments = new ArrayList<>(node.reading(written::get).call().arguments());
      Tensor x = rows(input(node, 0), node);
      arguments.set(0, x);
      return node.instead(LINEAR, x.shape().with(-1, node.shape().dim(-1)), arguments.toArray());
    }
    return rows.computeIfAbsent(
        written.get(node),
        whole -> {
          Dim width = whole.shape().dim(-1);
          Shape shape = Shape.of(whole.shape().size().dividedBy(width), width);
          return reader.instead("torch.reshape", shape, whole, List.of(Dim.of(-1), width));
        });
  }
}
