package dev.graft.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What {@link Rewriting} knows of products with a matrix, and of what is done to them: scaled,
 * added to each other, activated.
 */
final class Products {
  private static final String GELU = "torch.gelu";

  /** Rows of a matrix that is put together with others. */
  private static final long MOST_GROUPED = 64;

  private final Rewriting graph;
  private final boolean training;

  /** The weights that are views of {@link AlignedRows}, which only a product of its own sees. */
  private final Set<Tensor> aligned = new HashSet<>();

  /** Products that are computed together with others: what gives them, in their order. */
  private final Map<Tensor, Group> groups = new HashMap<>();

  /** Written nodes with all dimensions but the last in one. */
  private final Map<Tensor, Tensor> rows = new HashMap<>();

  Products(Rewriting graph, boolean training) {
    this.graph = graph;
    this.training = training;
  }

  void align(Tensor weight) {
    aligned.add(weight);
  }

  /** What is written for a product, or for what is done to one, if it is cheaper. */
  Optional<Tensor> cheaper(Tensor node) {
    return grouped(node)
        .or(() -> scaledWhereNarrow(node))
        .or(() -> withProductAdded(node))
        .or(() -> withProductAddedWhere(node))
        .or(() -> activated(node));
  }

  // Products of one input with several small matrices

  /** Products with one input, and what gives them once the first is asked for. */
  private static final class Group {
    private final List<Tensor> products = new ArrayList<>();
    private List<Tensor> results = List.of();
  }

  void group(List<Tensor> nodes) {
    Map<Tensor, Group> byInput = new HashMap<>();
    if (graph.isOn(Optimization.GROUPED_PRODUCTS)) {
      nodes.stream()
          .filter(node -> graph.written(node) == null && isProduct(node) && isOfSmall(node))
          .forEach(
              node ->
                  byInput
                      .computeIfAbsent(undropped(Rewriting.input(node, 0)), x -> new Group())
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
    boolean isDropout =
        !training && graph.isCall(input) && input.call().function().equals(Call.DROPOUT);
    return isDropout ? input.call().inputs().get(0) : input;
  }

  /** Whether the matrix is a method's, and so small that to copy it costs nothing. */
  private boolean isOfSmall(Tensor product) {
    Tensor matrix = Rewriting.input(product, 1);
    boolean isOwn = !matrix.isLeaf() || matrix.source() == Tensor.Source.VALUE;
    Shape shape = matrix.shape();
    return isOwn
        && graph.isGiven(matrix)
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
      Tensor x = rows(undropped(Rewriting.input(node, 0)), node);
      List<Dim> widths = products.stream().map(each -> each.shape().dim(-1)).toList();
      Dim width = widths.stream().reduce(Dim.of(0), Dim::plus);
      List<Tensor> matrices = products.stream().map(each -> Rewriting.input(each, 1)).toList();
      Tensor all = node.instead("torch.cat", Shape.of(width, x.shape().dim(-1)), matrices, 0L);
      Tensor whole = node.instead(Call.LINEAR, x.shape().with(-1, width), x, all);
      group.results =
          node.instead(
              Rewriting.SPLIT,
              widths.stream()
                  .map(each -> new Tensor.Result(x.shape().with(-1, each), node.type()))
                  .toList(),
              whole,
              widths,
              1L);
    }
    Tensor part = group.results.get(products.indexOf(node));
    return Optional.of(withRows(part, node));
  }

  // Products with a matrix

  /** A product with a matrix, or with one for each row of a batch. */
  private boolean isProduct(Tensor node) {
    return (graph.isCall(node, Call.LINEAR) && node.call().arguments().size() == 2)
        || isBatched(node);
  }

  private boolean isBatched(Tensor node) {
    return has(node, Call.MATMUL, Tensor.class)
        && node.call().inputs().stream()
            .allMatch(
                each ->
                    each.shape().rank() == 3 && each.shape().dim(0).equals(node.shape().dim(0)));
  }

  /** Whether a node is computed by such a call, as {@link Call#has} says. */
  private boolean has(Tensor node, String operator, Class<?>... types) {
    return graph.isCall(node) && node.call().has(operator, types);
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
    if (!graph.isOn(Optimization.NARROW_SCALE) || !graph.isCall(node, Call.MULTIPLY)) {
      return Optional.empty();
    }
    List<Tensor> factors = node.call().inputs();
    return Stream.of(0, 1)
        .filter(i -> factors.size() == 2)
        .map(i -> new Scaled(factors.get(i), Optional.of(factors.get(1 - i))))
        .filter(each -> isProduct(each.product()) && graph.isReadOnce(each.product()))
        .filter(each -> isNumber(each.factor().get(), each.product()))
        .filter(each -> each.factor().get().type() == node.type())
        .filter(each -> each.product().type() == node.type())
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
                  Tensor x = graph.written(Rewriting.input(each.product(), 0));
                  Tensor scaled =
                      node.instead(Call.MULTIPLY, x.shape(), x, graph.written(each.factor().get()));
                  Tensor weight = graph.written(Rewriting.input(each.product(), 1));
                  String function = each.product().call().function();
                  return each.product().instead(function, node.shape(), scaled, weight);
                });
  }

  /** {@code y + x W}, added by the product where y is another product that nothing else reads. */
  private Optional<Tensor> withProductAdded(Tensor node) {
    if (!graph.isOn(Optimization.ADDMM) || !has(node, Call.ADD, Tensor.class)) {
      return Optional.empty();
    }
    List<Tensor> terms = node.call().inputs();
    return Stream.of(1, 0)
        .filter(i -> graph.isReadOnce(terms.get(i)) && graph.isReadOnce(terms.get(1 - i)))
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
    return (graph.isCall(node, Call.LINEAR) && !groups.containsKey(node))
        || (rows.containsKey(graph.written(node)) && graph.isCall(node, Call.ADD));
  }

  private Tensor added(Tensor node, Tensor to, Scaled scaled) {
    Tensor product = scaled.product();
    boolean isBatched = isBatched(product);
    if (!isBatched
        && graph.isOn(Optimization.UPDATE_FIRST)
        && graph.isCall(to, Call.LINEAR)
        && !isAligned(to)) {
      return addedTo(node, scaled, to);
    }
    Tensor y = rows(to, node);
    if (isBatched) {
      Tensor matrices = graph.written(Rewriting.input(product, 1));
      Tensor sum =
          node.instead(
              "torch.baddbmm_", node.shape(), unfolded(y, node), multiplied(scaled), matrices);
      rows.put(sum, flat(sum, node));
      return sum;
    }
    Tensor sum =
        node.instead("torch.addmm_", y.shape(), y, multiplied(scaled), transposed(product));
    return withRows(sum, node);
  }

  private boolean isAligned(Tensor product) {
    return aligned.contains(Rewriting.input(product, 1));
  }

  /**
   * The narrow product first, with the other's bias: the wide one reads what it adds to while it
   * computes, where the narrow one would wait for it.
   */
  private Tensor addedTo(Tensor node, Scaled narrow, Tensor wide) {
    Tensor product = narrow.product();
    List<Object> arguments =
        new ArrayList<>(List.of(multiplied(narrow), graph.written(Rewriting.input(product, 1))));
    if (wide.call().arguments().size() > 2) {
      arguments.add(graph.written(Rewriting.input(wide, 2)));
    }
    Tensor x = rows(Rewriting.input(wide, 0), wide);
    Shape shape = x.shape().with(-1, node.shape().dim(-1));
    Tensor y = product.instead(Call.LINEAR, shape, arguments.toArray());
    return withRows(node.instead("torch.addmm_", shape, y, x, transposed(wide)), node);
  }

  /** What the matrix of a product is multiplied with: rows, or the batch's own. */
  private Tensor multiplied(Scaled scaled) {
    Tensor product = scaled.product();
    Tensor given = Rewriting.input(product, 0);
    Tensor x = isBatched(product) ? graph.written(given) : rows(given, product);
    return scaled
        .factor()
        .map(factor -> product.instead(Call.MULTIPLY, x.shape(), x, graph.written(factor)))
        .orElse(x);
  }

  /**
   * The same for some rows of a batch, {@code y + x W} where they are meant and y elsewhere: there
   * zeros are multiplied and added.
   */
  private Optional<Tensor> withProductAddedWhere(Tensor node) {
    if (!graph.isOn(Optimization.ADDMM) || !has(node, Call.WHERE, Tensor.class, Tensor.class)) {
      return Optional.empty();
    }
    Tensor condition = Rewriting.input(node, 0);
    Tensor sum = Rewriting.input(node, 1);
    Tensor y = Rewriting.input(node, 2);
    boolean isOfRows =
        condition.shape().equals(Shape.of(node.shape().dim(0), Dim.ONE, Dim.ONE))
            && graph.isCall(y, Call.LINEAR)
            && !groups.containsKey(y)
            && graph.isReadBy(y, List.of(sum, node))
            && graph.isReadOnce(sum)
            && has(sum, Call.ADD, Tensor.class)
            && y.shape().equals(node.shape());
    if (!isOfRows || !y.equals(Rewriting.input(sum, 0))) {
      return Optional.empty();
    }
    Tensor update = Rewriting.input(sum, 1);
    return scaled(update)
        .filter(each -> graph.isReadOnce(update) && update.shape().equals(y.shape()))
        .filter(each -> isBatched(each.product()) && isNarrow(each.product()))
        .map(
            each -> {
              Tensor x = multiplied(each);
              Tensor not =
                  node.instead(
                      "torch.logical_not", condition.shape(), Type.BOOL, graph.written(condition));
              Tensor masked = node.instead("torch.masked_fill", x.shape(), x, not, 0.0);
              Tensor matrices = graph.written(Rewriting.input(each.product(), 1));
              Tensor own = graph.written(y);
              return node.instead("torch.baddbmm_", node.shape(), own, masked, matrices);
            });
  }

  /** {@code gelu(x W + b)}, the tanh approximation, by the operator that computes the product. */
  private Optional<Tensor> activated(Tensor node) {
    if (!graph.isOn(Optimization.FUSED_GELU) || !graph.isCall(node) || !isTanhGelu(node.call())) {
      return Optional.empty();
    }
    Tensor product = node.call().inputs().get(0);
    boolean isBiased = graph.isCall(product) && product.call().isBiasedProduct();
    if (!isBiased || !graph.isReadOnce(product)) {
      return Optional.empty();
    }
    Tensor x = rows(Rewriting.input(product, 0), product);
    Tensor activated =
        node.instead(
                "torch._addmm_activation",
                x.shape().with(-1, node.shape().dim(-1)),
                graph.written(Rewriting.input(product, 2)),
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
    Tensor matrix = graph.written(Rewriting.input(product, 1));
    return product.instead("torch.transpose", matrix.shape().swapped(0, 1), matrix, 0L, 1L);
  }

  /** A matrix of rows in the shape of a node. */
  private static Tensor unfolded(Tensor rows, Tensor node) {
    return node.shape().rank() == 2
        ? rows
        : node.instead(Call.RESHAPE, node.shape(), rows, List.copyOf(node.shape().dims()));
  }

  /** The same, where others may read the rows as they are. */
  private Tensor withRows(Tensor matrix, Tensor node) {
    Tensor result = unfolded(matrix, node);
    rows.put(result, matrix);
    return result;
  }

  /** What a recorded node gives, as a matrix for a reader. */
  private Tensor rows(Tensor node, Tensor reader) {
    if (node.shape().rank() == 2) {
      return graph.written(node);
    }
    if (graph.isCall(node, Call.LINEAR) && graph.isReadOnce(node) && !groups.containsKey(node)) {
      List<Object> arguments = new ArrayList<>(node.reading(graph::written).call().arguments());
      Tensor x = rows(Rewriting.input(node, 0), node);
      arguments.set(0, x);
      return node.instead(
          Call.LINEAR, x.shape().with(-1, node.shape().dim(-1)), arguments.toArray());
    }
    return rows.computeIfAbsent(graph.written(node), whole -> flat(whole, reader));
  }

  private static Tensor flat(Tensor whole, Tensor reader) {
    Dim width = whole.shape().dim(-1);
    Shape shape = Shape.of(whole.shape().size().dividedBy(width), width);
    return reader.instead(Call.RESHAPE, shape, whole, List.of(Dim.of(-1), width));
  }
}
