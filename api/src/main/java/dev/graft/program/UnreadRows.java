package dev.graft.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Leaves out of a graph what nothing reads of it: where a few of the rows that a batch decides are
 * taken, such as the first one of each sequence for a classifier, they are taken before the
 * operators that treat each row by itself.
 */
final class UnreadRows {
  private static final String SELECT = "torch.select";
  private static final String GATHER = "torch.gather";

  /** Operators that treat each element by itself, with sizes of one spread. */
  private static final Set<String> OF_ELEMENTS =
      Set.of(
          Call.ADD,
          "torch.sub",
          Call.MULTIPLY,
          "torch.div",
          "torch.square",
          "torch.sqrt",
          "torch.exp",
          "torch.abs",
          "torch.gelu",
          "torch.relu",
          "torch.silu",
          "torch.sigmoid",
          "torch.tanh",
          Call.WHERE,
          Call.TO,
          Call.DROPOUT);

  /**
   * Rows that are taken along a dimension.
   *
   * @param axis the dimension
   * @param from the first of those that follow one another, or null
   * @param size how many
   * @param indices (B), one row for each index of the outermost dimension, or null
   */
  private record Rows(int axis, Dim from, Dim size, Tensor indices) {
    Rows along(int other) {
      return new Rows(other, from, size, indices);
    }

    Shape of(Shape shape) {
      return shape.with(axis, size);
    }

    /** Whether a tensor has the rows, and rows to be left out. */
    boolean areIn(Shape shape) {
      return axis < shape.rank()
          && !shape.dim(axis).isFixed()
          && (indices == null || (axis > 0 && shape.dim(0).equals(indices.shape().dim(0))));
    }

    Tensor of(Tensor x, Tensor reader) {
      Shape shape = of(x.shape());
      if (indices == null) {
        Dim to = from.plus(size);
        return reader.instead(Call.SLICE, shape, x.type(), x, (long) axis, from, to, 1L);
      }
      List<Dim> column = new ArrayList<>(Collections.nCopies(shape.rank(), Dim.ONE));
      column.set(0, shape.dim(0));
      Tensor index = reader.instead(Call.RESHAPE, new Shape(column), Type.INT64, indices, column);
      index = reader.instead("torch.expand", shape, Type.INT64, index, shape.dims());
      return reader.instead(GATHER, shape, x.type(), x, (long) axis, index);
    }
  }

  /** For each node the rows that are read of it, none where these are all. */
  private final Map<Tensor, Optional<Rows>> read = new HashMap<>();

  private final Map<Tensor, Tensor> less = new HashMap<>();
  private final Map<List<Object>, Tensor> taken = new HashMap<>();

  /**
   * {@return what gives the same as some nodes}
   *
   * @param isGiven whether a node is read, not computed
   */
  static List<Tensor> leftOut(List<Tensor> outputs, Predicate<Tensor> isGiven) {
    List<Tensor> nodes = Program.inOrder(outputs, isGiven);
    UnreadRows rows = new UnreadRows();
    outputs.forEach(output -> rows.read.put(output, Optional.empty()));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Tensor node = nodes.get(i);
      if (!node.isLeaf() && !isGiven.test(node)) {
        rows.reads(node);
      } else {
        rows.read.put(node, Optional.empty());
      }
    }
    for (Tensor node : nodes) {
      boolean isEnd = node.isLeaf() || isGiven.test(node);
      rows.less.put(node, isEnd ? node : rows.less(node));
    }
    return outputs.stream().map(rows.less::get).toList();
  }

  private void reads(Tensor node) {
    Rows some = read.get(node).orElse(null);
    if (some != null && passed(node, some) == null) {
      read.put(node, Optional.empty());
      some = null;
    }
    Map<Tensor, Rows> inputs = some == null ? taking(node) : passed(node, some);
    for (Tensor input : node.call().inputs()) {
      Optional<Rows> rows = Optional.ofNullable(inputs.get(input));
      read.merge(input, rows, (one, other) -> one.equals(other) ? one : Optional.empty());
    }
  }

  /** The rows of its input that a node is, if it takes some. */
  private static Map<Tensor, Rows> taking(Tensor node) {
    Call call = node.call();
    List<Object> arguments = call.arguments();
    Rows rows = null;
    if (call.isSlice()) {
      Dim from = (Dim) arguments.get(2);
      rows = new Rows(axis(arguments), from, ((Dim) arguments.get(3)).minus(from), null);
    } else if (call.has(SELECT, Long.class, Long.class)) {
      rows = new Rows(axis(arguments), Dim.of((long) arguments.get(2)), Dim.ONE, null);
    } else if (call.has(GATHER, Long.class, Tensor.class)) {
      rows = ofEach((Tensor) arguments.get(2), axis(arguments));
    }
    if (rows == null || !rows.size().isFixed()) {
      return Map.of();
    }
    Tensor x = (Tensor) arguments.get(0);
    return rows.areIn(x.shape()) ? Map.of(x, rows) : Map.of();
  }

  private static int axis(List<Object> arguments) {
    return Math.toIntExact((long) arguments.get(1));
  }

  /** One row of each, as {@link Tensor#atEachRow} takes it. */
  private static Rows ofEach(Tensor index, int axis) {
    if (!isCall(index, "torch.expand")) {
      return null;
    }
    Tensor column = index.call().inputs().get(0);
    boolean isColumn =
        isCall(column, Call.RESHAPE)
            && column.shape().size().equals(column.shape().dim(0))
            && column.shape().rank() == index.shape().rank()
            && column.call().inputs().get(0).shape().rank() == 1
            && index.shape().dim(axis).equals(Dim.ONE);
    return isColumn ? new Rows(axis, null, Dim.ONE, column.call().inputs().get(0)) : null;
  }

  private static boolean isCall(Tensor node, String function) {
    return !node.isLeaf() && node.call().function().equals(function);
  }

  /** The rows of inputs that give some rows of a node; null if it does not treat rows apart. */
  private static Map<Tensor, Rows> passed(Tensor node, Rows rows) {
    Call call = node.call();
    int rank = node.shape().rank();
    Tensor first = call.inputs().isEmpty() ? null : call.inputs().get(0);
    if (OF_ELEMENTS.contains(call.function())) {
      return ofElements(node, rows);
    }
    return switch (call.function()) {
      case Call.LINEAR -> rows.axis() < rank - 1 ? to(first, rows) : null;
      case "torch.layer_norm", "torch.rms_norm" ->
          call.arguments().get(1) instanceof List<?> normed && rows.axis() < rank - normed.size()
              ? to(first, rows)
              : null;
      case Call.MATMUL ->
          rows.axis() == rank - 2 && first.shape().rank() == rank && first != call.inputs().get(1)
              ? to(first, rows)
              : null;
      case Call.RESHAPE ->
          IntStream.rangeClosed(0, rows.axis())
                  .allMatch(
                      i ->
                          i < first.shape().rank()
                              && first.shape().dim(i).equals(node.shape().dim(i)))
              ? to(first, rows)
              : null;
      case "torch.transpose" ->
          call.has("torch.transpose", Long.class, Long.class)
              ? to(first, rows.along(swapped(call, rows.axis())))
              : null;
      case Call.ATTENTION -> ofAttention(call, rows);
      default -> null;
    };
  }

  private static Map<Tensor, Rows> to(Tensor input, Rows rows) {
    return rows.areIn(input.shape()) ? Map.of(input, rows) : null;
  }

  private static int swapped(Call transpose, int axis) {
    int one = axis(transpose.arguments());
    int other = Math.toIntExact((long) transpose.arguments().get(2));
    return axis == one ? other : axis == other ? one : axis;
  }

  private static Map<Tensor, Rows> ofElements(Tensor node, Rows rows) {
    Map<Tensor, Rows> inputs = new HashMap<>();
    for (Tensor input : node.call().inputs()) {
      int axis = rows.axis() - (node.shape().rank() - input.shape().rank());
      boolean isSpread = axis < 0 || input.shape().dim(axis).equals(Dim.ONE);
      if (!isSpread && !rows.along(axis).areIn(input.shape())) {
        return null;
      }
      if (!isSpread) {
        inputs.put(input, rows.along(axis));
      }
    }
    return inputs;
  }

  /** Each query looks by itself, unless its place decides what it sees. */
  private static Map<Tensor, Rows> ofAttention(Call call, Rows rows) {
    if (call.arguments().size() < 6) {
      return null;
    }
    Tensor queries = (Tensor) call.arguments().get(0);
    Tensor mask = (Tensor) call.arguments().get(3);
    boolean isApart =
        rows.axis() == 2
            && call.arguments().get(5).equals(false)
            && call.inputs().stream().filter(queries::equals).count() == 1
            && (mask == null || mask.shape().dim(-2).equals(Dim.ONE));
    return isApart ? to(queries, rows) : null;
  }

  // The graph with less in it

  private Tensor less(Tensor node) {
    Optional<Rows> rows = read.get(node);
    Map<Tensor, Rows> inputs = rows.map(some -> passed(node, some)).orElseGet(() -> taking(node));
    if (rows.isEmpty() && !inputs.isEmpty()) {
      Tensor x = node.call().inputs().get(0);
      if (read.get(x).equals(Optional.of(inputs.get(x)))) {
        Tensor own = less.get(x);
        boolean isDropped = node.call().function().equals(SELECT);
        long axis = inputs.get(x).axis();
        return isDropped ? node.instead("torch.squeeze", node.shape(), own, axis) : own;
      }
      return node.reading(less::get);
    }
    Tensor same = node.reading(input -> of(input, inputs.get(input), node));
    if (rows.isEmpty()) {
      return same;
    }
    Shape shape = rows.get().of(node.shape());
    return node.call().function().equals(Call.RESHAPE)
        ? node.instead(Call.RESHAPE, shape, same.call().inputs().get(0), shape.dims())
        : same.of(shape);
  }

  private Tensor of(Tensor input, Rows wanted, Tensor reader) {
    Tensor own = less.get(input);
    boolean isWhole = wanted != null && read.get(input).isEmpty();
    return isWhole
        ? taken.computeIfAbsent(List.of(input, wanted), key -> wanted.of(own, reader))
        : own;
  }
}
