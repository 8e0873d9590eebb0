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
  private static final String MATMUL = "torch.matmul";
  private static final String SPLIT = "torch.split_with_sizes";
  private static final String GELU = "torch.gelu";
  private static final String RESHAPE = "torch.reshape";

  /** Rows of a matrix that is put together with others. */
  private static final long MOST_GROUPED = 64;

  private final Set<Optimization> off;
  private final boolean training;

  /** The weights that are views of {@link AlignedRows}, which only a product of its own sees. */
  private final Set<Tensor> aligned = new HashSet<>();

  private final Map<Tensor, Tensor> results = new HashMap<>();
  private final Set<Tensor> given = new HashSet<>();
  private final Map<Tensor, Tensor> written = new HashMap<>();
  private final Map<Tensor, List<Tensor>> readers = new HashMap<>();

  /** What gives the parts of recorded nodes that are cut up, by where they start. */
  private final Map<Tensor, Optional<Map<Dim, Tensor>>> parts = new HashMap<>();

  /** Products that are computed together with others: what gives them, in their order. */
  private final Map<Tensor, Group> groups = new HashMap<>();

  /** Written nodes with all dimensions but the last in one. */
  private final Map<Tensor, Tensor> rows = new HashMap<>();

  /**
   * Rewrites nothing so far.
   *
   * @param off the optimisations that are left out
   * @param training whether dropout is at work
   */
  Rewriting(Set<Optimization> off, boolean training) {
    this.off = off;
    this.training = training;
  }

  /** Says that a weight is a view of {@link AlignedRows}. */
  void align(Tensor weight) {
    aligned.add(weight);
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
    group(nodes);
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
        .or(() -> grouped(node))
        .or(() -> scaledWhereNarrow(node))
        .or(() -> withProductAdded(node))
        .or(() -> activated(node))
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

  // Products of one input with several small matrices

  /** Products with one input, and what gives them once the first is asked for. */
  private static final class Group {
    private final List<Tensor> products = new ArrayList<>();
    private List<Tensor> results = List.of();
  }

  private void group(List<Tensor> nodes) {
    Map<Tensor, Group> byInput = new HashMap<>();
    if (isOn(Optimization.GROUPED_PRODUCTS)) {
      nodes.stream()
          .filter(node -> !written.containsKey(node) && isProduct(node) && isOfSmall(node))
          .forEach(
              node ->
                  byInput
                      .computeIfAbsent(undropped(input(node, 0)), x -> new Group())
                      .products
                      .add(node));
    }
    for (Group group : byInput.values()) {
      if (group.products.size() > 1) {
        group.products.forEach(product -> groups.put(product, group));
      }
    }
  }

  /** What a product reads where nothing is dropped: each has a dropout of its own. */
  private Tensor undropped(Tensor input) {
    boolean isDropout = !training && isCall(input) && input.call().function().equals(Call.DROPOUT);
    return isDropout ? input.call().inputs().get(0) : input;
  }

  /** Whether the matrix is a method's, and so small that to copy it costs nothing. */
  private boolean isOfSmall(Tensor product) {
    Tensor matrix = input(product, 1);
    boolean isOwn = !matrix.isLeaf() || matrix.source() == Tensor.Source.VALUE;
    Shape shape = matrix.shape();
    return isOwn
        && given.contains(matrix)
        && shape.rank() == 2
        && shape.isFixed()
        && shape.dim(0).fixed() <= Math.min(MOST_GROUPED, shape.dim(1).fixed() / 2)
        && matrix.type() == product.type();
  }

  private Optional<Tensor> grouped(Tensor node) {
    Group group = groups.get(node);
    if (group == null) {
      return Optional.empty();
    }
    List<Tensor> products = group.products;
    if (group.results.isEmpty()) {
      Tensor x = rows(undropped(input(node, 0)), node);
      List<Dim> widths = products.stream().map(each -> each.shape().dim(-1)).toList();
      Dim width = widths.stream().reduce(Dim.of(0), Dim::plus);
      List<Tensor> matrices = products.stream().map(each -> input(each, 1)).toList();
      Tensor all = node.instead("torch.cat", Shape.of(width, x.shape().dim(-1)), matrices, 0L);
      Tensor whole = node.instead(LINEAR, x.shape().with(-1, width), x, all);
      group.results =
          node.instead(
              SPLIT,
              widths.stream()
                  .map(each -> new Tensor.Result(x.shape().with(-1, each), node.type()))
                  .toList(),
              whole,
              widths,
              1L);
    }
    Tensor part = group.results.get(products.indexOf(node));
    Tensor result = unfolded(part, node);
    rows.put(result, part);
    return Optional.of(result);
  }

  // Products with a matrix

  /** A product with a matrix, or with one for each row of a batch. */
  private boolean isProduct(Tensor node) {
    return (isCall(node, LINEAR) && node.call().arguments().size() == 2) || isBatched(node);
  }

  private boolean isBatched(Tensor node) {
    return isCall(node, MATMUL)
        && node.call().has(MATMUL, Tensor.class)
        && node.call().inputs().stream()
            .allMatch(
                each ->
                    each.shape().rank() == 3 && each.shape().dim(0).equals(node.shape().dim(0)));
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
        .filter(each -> isNumber(each.factor().get(), each.product()))
        .filter(each -> each.factor().get().type() == node.type())
        .filter(each -> isNarrow(each.product()))
        .findFirst();
  }

  /** Whether it is a number for all of a product, or one for each matrix of a batch. */
  private boolean isNumber(Tensor factor, Tensor product) {
    return factor.shape().rank() == 0
        || (isBatched(product)
            && factor.shape().equals(Shape.of(product.shape().dim(0), Dim.ONE, Dim.ONE)));
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
                  String function = each.product().call().function();
                  return each.product().instead(function, node.shape(), scaled, weight);
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
    return (isCall(node, LINEAR) && !groups.containsKey(node))
        || (rows.containsKey(written.get(node)) && isCall(node, ADD));
  }

  private Tensor added(Tensor node, Tensor to, Scaled scaled) {
    Tensor product = scaled.product();
    boolean isBatched = isBatched(product);
    if (!isBatched && isOn(Optimization.UPDATE_FIRST) && isCall(to, LINEAR) && !isAligned(to)) {
      return addedTo(node, scaled, to);
    }
    Tensor y = rows(to, node);
    Tensor x = input(product, 0);
    x = isBatched ? written.get(x) : rows(x, product);
    if (scaled.factor().isPresent()) {
      Tensor factor = written.get(scaled.factor().get());
      x = product.instead(MULTIPLY, x.shape(), x, factor);
    }
    if (isBatched) {
      Tensor matrices = written.get(input(product, 1));
      Tensor sum = node.instead("torch.baddbmm_", node.shape(), unfolded(y, node), x, matrices);
      rows.put(sum, flat(sum, node));
      return sum;
    }
    Tensor sum = node.instead("torch.addmm_", y.shape(), y, x, transposed(product));
    Tensor result = unfolded(sum, node);
    rows.put(result, sum);
    return result;
  }

  private boolean isAligned(Tensor product) {
    return aligned.contains(input(product, 1));
  }

  /**
   * The narrow product first, with the other's bias: the wide one reads what it adds to while it
   * computes, where the narrow one would wait for it.
   */
  private Tensor addedTo(Tensor node, Scaled narrow, Tensor wide) {
    Tensor product = narrow.product();
    List<Object> arguments = new ArrayList<>(List.of(low(narrow), written.get(input(product, 1))));
    if (wide.call().arguments().size() > 2) {
      arguments.add(written.get(input(wide, 2)));
    }
    Tensor x = rows(input(wide, 0), wide);
    Shape shape = x.shape().with(-1, node.shape().dim(-1));
    Tensor y = product.instead(LINEAR, shape, arguments.toArray());
    Tensor sum = node.instead("torch.addmm_", shape, y, x, transposed(wide));
    Tensor result = unfolded(sum, node);
    rows.put(result, sum);
    return result;
  }

  /** What the matrix of a narrow product is multiplied with, as a matrix. */
  private Tensor low(Scaled narrow) {
    Tensor x = rows(input(narrow.product(), 0), narrow.product());
    return narrow
        .factor()
        .map(factor -> narrow.product().instead(MULTIPLY, x.shape(), x, written.get(factor)))
        .orElse(x);
  }

  /** {@code gelu(x W + b)}, the tanh approximation, by the operator that computes the product. */
  private Optional<Tensor> activated(Tensor node) {
    if (!isOn(Optimization.FUSED_GELU) || !isCall(node) || !isTanhGelu(node.call())) {
      return Optional.empty();
    }
    Tensor product = node.call().inputs().get(0);
    boolean isBiased = isCall(product, LINEAR) && product.call().inputs().size() == 3;
    if (!isBiased || !isReadOnce(product)) {
      return Optional.empty();
    }
    Tensor x = rows(input(product, 0), product);
    Tensor activated =
        node.instead(
                "torch._addmm_activation",
                x.shape().with(-1, node.shape().dim(-1)),
                written.get(input(product, 2)),
                x,
                transposed(product))
            .with(Map.of("use_gelu", true));
    return Optional.of(unfolded(activated, node));
  }

  private static boolean isTanhGelu(Call call) {
    return call.function().equals(GELU)
        && call.arguments().size() == 1
        && call.keywords().equals(Map.of("approximate", "tanh"));
  }

  /** The matrix of a product, as other operators take it. */
  private Tensor transposed(Tensor product) {
    Tensor matrix = written.get(input(product, 1));
    return product.instead("torch.transpose", matrix.shape().swapped(0, 1), matrix, 0L, 1L);
  }

  /** A matrix of rows in the shape of a node. */
  private static Tensor unfolded(Tensor rows, Tensor node) {
    return node.shape().rank() == 2
        ? rows
        : node.instead(RESHAPE, node.shape(), rows, List.copyOf(node.shape().dims()));
  }

  /** What a recorded node gives, as a matrix for a reader. */
  private Tensor rows(Tensor node, Tensor reader) {
    if (node.shape().rank() == 2) {
      return written.get(node);
    }
    if (isCall(node, LINEAR) && isReadOnce(node) && !groups.containsKey(node)) {
      List<Object> arguments = new ArrayList<>(node.reading(written::get).call().arguments());
      Tensor x = rows(input(node, 0), node);
      arguments.set(0, x);
      return node.instead(LINEAR, x.shape().with(-1, node.shape().dim(-1)), arguments.toArray());
    }
    return rows.computeIfAbsent(written.get(node), whole -> flat(whole, reader));
  }

  private static Tensor flat(Tensor whole, Tensor reader) {
    Dim width = whole.shape().dim(-1);
    Shape shape = Shape.of(whole.shape().size().dividedBy(width), width);
    return reader.instead(RESHAPE, shape, whole, List.of(Dim.of(-1), width));
  }
}
