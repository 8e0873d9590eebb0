package dev.graft.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node of an expression graph: what a program will compute, not yet a value. Immutable; every
 * operator makes a new node.
 *
 * <p>The shape may hold sizes that only a batch decides ({@link Dim}). Operators check shapes as
 * they are recorded and throw {@link IllegalArgumentException} where they don't fit. Unless an
 * operator says otherwise it works element by element and sizes of one broadcast.
 */
public final class Tensor {
  /** Where a leaf's value comes from when the program runs. */
  public enum Source {
    /** A frozen weight of the host, bound once. */
    WEIGHT,
    /** A tensor that belongs to a graft: trained, frozen or computed from its settings. */
    VALUE,
    /** A part of the batch. */
    INPUT
  }

  /** What makes the node: a leaf has no call. */
  private final Call call;

  private final Source source;
  private final String name;
  private final Shape shape;
  private final Type type;

  private Tensor(Call call, Source source, String name, Shape shape, Type type) {
    this.call = call;
    this.source = source;
    this.name = name;
    this.shape = shape;
    this.type = type;
  }

  /** A leaf. Its name is for people: two leaves of one name are two leaves. */
  public static Tensor leaf(Source source, String name, Shape shape, Type type) {
    return new Tensor(null, source, name, shape, type);
  }

  /**
   * Calls an operator of PyTorch by name: the way to whatever has no method here.
   *
   * @param function its name in TorchScript, such as {@code torch.erf}
   * @param shape the shape of its result
   * @param type the type of its result
   * @param flops the floating-point operations it takes, two for a multiply-add
   * @param arguments {@code Tensor}s, numbers, booleans, strings, {@code null}, {@link Dim}s,
   *     {@link Type}s, or lists of those
   */
  public static Tensor call(
      String function, Shape shape, Type type, Dim flops, Object... arguments) {
    return call(function, shape, type, flops, Arrays.asList(arguments), Map.of());
  }

  /** The same with keyword arguments, which follow the others. */
  public static Tensor call(
      String function,
      Shape shape,
      Type type,
      Dim flops,
      List<Object> arguments,
      Map<String, Object> keywords) {
    return new Tensor(new Call(function, arguments, keywords, flops), null, null, shape, type);
  }

  public Shape shape() {
    return shape;
  }

  public Type type() {
    return type;
  }

  boolean isLeaf() {
    return call == null;
  }

  Call call() {
    return call;
  }

  Source source() {
    return source;
  }

  /**
   * Whether, outside of training, this and another tensor are the same operators on the same
   * leaves.
   */
  public boolean computesLike(Tensor other) {
    return new Likeness().of(this, other);
  }

  /** The name of a leaf, for people; null for other nodes. */
  public String name() {
    return name;
  }

  // Arithmetic

  public Tensor plus(Tensor other) {
    return elementwise("torch.add", other);
  }

  public Tensor plus(double number) {
    return map("torch.add", typed(number));
  }

  public Tensor minus(Tensor other) {
    return elementwise("torch.sub", other);
  }

  public Tensor times(Tensor other) {
    return elementwise("torch.mul", other);
  }

  public Tensor times(double factor) {
    return map("torch.mul", typed(factor));
  }

  public Tensor dividedBy(Tensor other) {
    return elementwise("torch.div", other);
  }

  public Tensor dividedBy(double divisor) {
    return map("torch.div", divisor);
  }

  public Tensor squared() {
    return map("torch.square");
  }

  public Tensor sin() {
    return map("torch.sin");
  }

  public Tensor cos() {
    return map("torch.cos");
  }

  public Tensor sqrt() {
    return map("torch.sqrt");
  }

  public Tensor abs() {
    return map("torch.abs");
  }

  // Matrix products

  /** {@code x W^T}, for a weight of shape (out, in): from (..., in) to (..., out). */
  public Tensor linear(Tensor weight) {
    return linear(weight, null);
  }

  /**
   * {@code x W^T + b}, for a weight of shape (out, in) and a bias of shape (out), or null. Each row
   * of a batch may have its own: for x of shape (B, T, in) a weight of shape (B, out, in) and a
   * bias of shape (B, 1, out).
   */
  public Tensor linear(Tensor weight, Tensor bias) {
    if (weight.shape.rank() == 3) {
      Tensor y = matmul(weight.transpose(1, 2));
      return bias == null ? y : y.plus(bias);
    }
    require(
        weight.shape.rank() == 2 && weight.shape.dim(1).equals(shape.dim(-1)),
        "linear: a weight of shape " + weight.shape + " can't act on " + shape);
    require(
        bias == null || bias.shape.equals(Shape.of(weight.shape.dim(0))),
        "linear: the bias does not fit a weight of shape " + weight.shape);
    Shape result = shape.with(-1, weight.shape.dim(0));
    Dim flops = result.size().times(shape.dim(-1)).times(2);
    return bias == null
        ? call("torch.linear", result, type, flops, this, weight)
        : call("torch.linear", result, type, flops, this, weight, bias);
  }

  /** The matrix product over the last two dimensions; the ones before broadcast. */
  public Tensor matmul(Tensor other) {
    require(
        shape.rank() >= 2 && other.shape.rank() >= 2 && shape.dim(-1).equals(other.shape.dim(-2)),
        "matmul: the shapes " + shape + " and " + other.shape + " don't fit");
    List<Dim> dims = new ArrayList<>(Shape.broadcast(batch(shape), batch(other.shape)).dims());
    dims.add(shape.dim(-2));
    dims.add(other.shape.dim(-1));
    Shape result = new Shape(dims);
    Dim flops = result.size().times(shape.dim(-1)).times(2);
    return call("torch.matmul", result, Type.promote(type, other.type), flops, this, other);
  }

  private static Shape batch(Shape shape) {
    return new Shape(shape.dims().subList(0, shape.rank() - 2));
  }

  /**
   * The thin singular value decomposition {@code A = U diag(S) V^T} of this matrix.
   *
   * @param u of shape (rows, k), k the smaller one of the matrix' sizes
   * @param s of shape (k), in descending order
   * @param vT V transposed, of shape (k, columns)
   */
  public record Svd(Tensor u, Tensor s, Tensor vT) {}

  /** The thin singular value decomposition of a matrix of fixed shape, in 32 bits or more. */
  public Svd svd() {
    require(shape.rank() == 2 && shape.isFixed(), "svd: not a matrix of fixed shape: " + shape);
    Dim rows = shape.dim(0);
    Dim columns = shape.dim(1);
    Dim k = rows.fixed() < columns.fixed() ? rows : columns;
    // Three results in one, which only `element` may read.
    Tensor all = map("torch.linalg_svd", false);
    return new Svd(
        element(all, 0, Shape.of(rows, k)),
        element(all, 1, Shape.of(k)),
        element(all, 2, Shape.of(k, columns)));
  }

  private static Tensor element(Tensor tuple, long index, Shape shape) {
    return call(Call.ELEMENT, shape, tuple.type, Dim.of(0), tuple, index);
  }

  /**
   * Attention: {@code softmax(Q K^T / sqrt(width) + mask) V}, for this tensor as the queries, of
   * shape (batch, heads, T, width).
   *
   * @param keys (batch, key heads, S, width); each serves heads / key heads query heads in turn
   * @param values (batch, key heads, S, value width)
   * @param mask broadcast to (batch, heads, T, S): true where a query may look, or a number that is
   *     added to the score; null for no mask
   * @param causal whether position i sees only positions up to i; only without a mask
   * @param dropout the share of attention weights dropped in training
   */
  public Tensor attend(Tensor keys, Tensor values, Tensor mask, boolean causal, double dropout) {
    require(
        shape.rank() == 4 && keys.shape.rank() == 4 && values.shape.rank() == 4,
        "attend: queries, keys and values have four dimensions");
    require(
        shape.dim(-1).equals(keys.shape.dim(-1)) && keys.shape.dim(2).equals(values.shape.dim(2)),
        "attend: queries " + shape + ", keys " + keys.shape + ", values " + values.shape);
    require(mask == null || !causal, "attend: either a mask or the causal flag");
    return attend(keys, values, mask, causal, dropout, Map.of());
  }

  /** The same with another factor for the scores than {@code 1 / sqrt(width)}. */
  public Tensor attend(Tensor keys, Tensor values, Tensor mask, double scale, double dropout) {
    return attend(keys, values, mask, false, dropout, Map.of("scale", scale));
  }

  private Tensor attend(
      Tensor keys,
      Tensor values,
      Tensor mask,
      boolean causal,
      double dropout,
      Map<String, Object> scale) {
    Shape result = shape.with(-1, values.shape.dim(-1));
    Dim flops =
        shape
            .size()
            .times(keys.shape.dim(2))
            .times(2)
            .plus(result.size().times(keys.shape.dim(2)).times(2));
    Map<String, Object> keywords = new TreeMap<>(scale);
    if (!shape.dim(1).equals(keys.shape.dim(1))) {
      keywords.put("enable_gqa", true);
    }
    return call(
        Call.ATTENTION,
        result,
        type,
        flops,
        Arrays.asList(this, keys, values, mask, dropout, causal),
        keywords);
  }

  // Elementwise functions

  /** The exact Gaussian error linear unit, {@code x Phi(x)}. */
  public Tensor gelu() {
    return map("torch.gelu");
  }

  /** The tanh approximation of {@link #gelu()} that GPT-2 uses. */
  public Tensor geluTanh() {
    return call("torch.gelu", shape, type, Dim.of(0), List.of(this), Map.of("approximate", "tanh"));
  }

  public Tensor relu() {
    return map("torch.relu");
  }

  /** {@code x sigmoid(x)}, also called swish. */
  public Tensor silu() {
    return map("torch.silu");
  }

  public Tensor tanh() {
    return map("torch.tanh");
  }

  public Tensor sigmoid() {
    return map("torch.sigmoid");
  }

  /**
   * In a training program each element is zero with the given probability and the others are scaled
   * up to keep the mean; elsewhere nothing happens.
   */
  public Tensor dropout(double probability) {
    require(
        probability >= 0 && probability < 1,
        "dropout: the probability is in [0, 1): " + probability);
    return probability == 0 ? this : map(Call.DROPOUT, probability, true);
  }

  /** This tensor where the mask is false, the number where it is true. */
  public Tensor maskedFill(Tensor mask, double number) {
    require(mask.type == Type.BOOL, "maskedFill: the mask is of type " + mask.type);
    Shape result = Shape.broadcast(shape, mask.shape);
    require(result.equals(shape), "maskedFill: a mask " + mask.shape + " for " + shape);
    return call("torch.masked_fill", shape, type, Dim.of(0), this, mask, number);
  }

  /** This tensor where the condition is true, the other one where it is false. */
  public Tensor where(Tensor condition, Tensor otherwise) {
    require(condition.type == Type.BOOL, "where: the condition is of type " + condition.type);
    require(type == otherwise.type, "where: the types " + type + " and " + otherwise.type);
    Shape result = Shape.broadcast(condition.shape, Shape.broadcast(shape, otherwise.shape));
    return call("torch.where", result, type, Dim.of(0), condition, this, otherwise);
  }

  public Tensor equalTo(Tensor other) {
    return compare("torch.eq", other);
  }

  public Tensor lessThan(Tensor other) {
    return compare("torch.lt", other);
  }

  public Tensor lessOrEqual(Tensor other) {
    return compare("torch.le", other);
  }

  public Tensor and(Tensor other) {
    return compare("torch.logical_and", other);
  }

  public Tensor equalTo(long number) {
    return call("torch.eq", shape, Type.BOOL, Dim.of(0), this, number);
  }

  /** The same numbers, taken for a constant when gradients are computed. */
  public Tensor detach() {
    return map("torch.detach");
  }

  public Tensor to(Type to) {
    return to == type ? this : call(Call.TO, shape, to, Dim.of(0), this, to);
  }

  // Normalisation and sums

  /**
   * Layer normalisation over the last dimension, with weight and bias of its size, or of shape (B,
   * 1, size) where each row of a batch has its own.
   */
  public Tensor layerNorm(Tensor weight, Tensor bias, double epsilon) {
    if (weight.shape.rank() > 1) {
      return normed(null, null, epsilon).times(weight).plus(bias);
    }
    return normed(weight, bias, epsilon);
  }

  private Tensor normed(Tensor weight, Tensor bias, double epsilon) {
    return call(
        "torch.layer_norm",
        shape,
        type,
        Dim.of(0),
        this,
        List.of(shape.dim(-1)),
        weight,
        bias,
        epsilon);
  }

  /** {@code x / sqrt(mean(x^2) + epsilon) * weight} over the last dimension. */
  public Tensor rmsNorm(Tensor weight, double epsilon) {
    return call(
        "torch.rms_norm", shape, type, Dim.of(0), this, List.of(shape.dim(-1)), weight, epsilon);
  }

  public Tensor softmax(int dim) {
    return map("torch.softmax", (long) shape.axis(dim));
  }

  /** The sum along a dimension, which disappears. */
  public Tensor sum(int dim) {
    return reduce("torch.sum", dim, type == Type.BOOL ? Type.INT64 : type);
  }

  /** The mean along a dimension, which disappears. */
  public Tensor mean(int dim) {
    return reduce("torch.mean", dim, type);
  }

  /** The sum of all elements. */
  public Tensor sum() {
    return call("torch.sum", Shape.of(new long[0]), type, Dim.of(0), this);
  }

  /** The mean of all elements. */
  public Tensor mean() {
    return call("torch.mean", Shape.of(new long[0]), type, Dim.of(0), this);
  }

  /** The Euclidean norm along a dimension, which disappears. */
  public Tensor norm(int dim) {
    return call(
        "torch.linalg_vector_norm",
        shape.without(dim),
        type,
        Dim.of(0),
        this,
        2L,
        List.of((long) shape.axis(dim)));
  }

  /** The running sum along a dimension. */
  public Tensor cumulativeSum(int dim) {
    return map("torch.cumsum", (long) shape.axis(dim));
  }

  // Losses

  /**
   * The mean cross entropy of these logits, of shape (N, classes).
   *
   * @param labels (N), INT64; -100 is ignored
   * @param smoothing the share of probability that is spread over all classes
   */
  public Tensor crossEntropy(Tensor labels, double smoothing) {
    require(
        shape.rank() == 2 && labels.shape.equals(Shape.of(shape.dim(0))),
        "crossEntropy: logits " + shape + " and labels " + labels.shape);
    return call(
        "torch.cross_entropy_loss",
        Shape.of(new long[0]),
        Type.FLOAT32,
        Dim.of(0),
        to(Type.FLOAT32),
        labels,
        null,
        1L,
        -100L,
        smoothing);
  }

  /** The mean squared difference. */
  public Tensor meanSquaredError(Tensor targets) {
    return to(Type.FLOAT32).minus(targets.to(Type.FLOAT32)).squared().mean();
  }

  // Shape

  /**
   * The same elements in another shape: a size of 0 keeps the dimension at its place, and one of -1
   * is inferred.
   */
  public Tensor reshape(long... sizes) {
    Dim[] dims = new Dim[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      dims[i] = sizes[i] == 0 ? shape.dim(i) : Dim.of(sizes[i]);
    }
    return reshape(dims);
  }

  /** The same elements in another shape; a size of -1 is inferred. */
  public Tensor reshape(Dim... dims) {
    Dim[] result = dims.clone();
    Dim infer = Dim.of(-1);
    int unknown = Arrays.asList(dims).indexOf(infer);
    if (unknown >= 0) {
      result[unknown] = Dim.ONE;
      result[unknown] = shape.size().dividedBy(Shape.of(result).size());
    }
    require(
        Shape.of(result).size().equals(shape.size()),
        "reshape: " + shape + " does not become " + Shape.of(result));
    return Shape.of(result).equals(shape)
        ? this
        : view("torch.reshape", Shape.of(result), List.of(result));
  }

  /** The same elements in another shape. */
  public Tensor reshape(Shape to) {
    return reshape(to.dims().toArray(Dim[]::new));
  }

  public Tensor transpose(int first, int second) {
    return view(
        "torch.transpose",
        shape.swapped(first, second),
        (long) shape.axis(first),
        (long) shape.axis(second));
  }

  /** A dimension of size one put in at an index of the result. */
  public Tensor unsqueeze(int index) {
    int at = index < 0 ? index + shape.rank() + 1 : index;
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.add(at, Dim.ONE);
    return view("torch.unsqueeze", new Shape(dims), (long) at);
  }

  /** Without a dimension of size one. */
  public Tensor squeeze(int index) {
    require(shape.dim(index).equals(Dim.ONE), "squeeze: " + shape + " at " + index);
    return view("torch.squeeze", shape.without(index), (long) shape.axis(index));
  }

  /** Dimensions of size one repeated to the given shape, without copying. */
  public Tensor expand(Shape to) {
    require(Shape.broadcast(shape, to).equals(to), "expand: " + shape + " to " + to);
    return shape.equals(to) ? this : view("torch.expand", to, to.dims());
  }

  /** The part from one index (inclusive) to another (exclusive) along a dimension. */
  public Tensor slice(int dim, Dim from, Dim to) {
    Shape result = shape.with(dim, to.plus(from.times(-1)));
    return view("torch.slice", result, (long) shape.axis(dim), from, to, 1L);
  }

  public Tensor slice(int dim, long from, long to) {
    return slice(dim, Dim.of(from), Dim.of(to));
  }

  /** The part at one index of a dimension, which disappears. */
  public Tensor select(int dim, long index) {
    return view("torch.select", shape.without(dim), (long) shape.axis(dim), index);
  }

  /** Tensors one after the other along a dimension. */
  public static Tensor concat(int dim, Tensor... parts) {
    Tensor first = parts[0];
    Dim size = Arrays.stream(parts).map(p -> p.shape.dim(dim)).reduce(Dim.of(0), Dim::plus);
    for (Tensor part : parts) {
      require(
          part.shape.with(dim, Dim.ONE).equals(first.shape.with(dim, Dim.ONE)),
          "concat: the shapes " + first.shape + " and " + part.shape + " along " + dim);
    }
    return call(
        "torch.cat",
        first.shape.with(dim, size),
        first.type,
        Dim.of(0),
        List.of(parts),
        (long) first.shape.axis(dim));
  }

  /** The rows of this table, of shape (rows, width), at the given ids: (..., width). */
  public Tensor rows(Tensor ids) {
    require(
        shape.rank() == 2 && ids.type == Type.INT64,
        "rows: a table " + shape + " at ids of type " + ids.type);
    List<Dim> dims = new ArrayList<>(ids.shape.dims());
    dims.add(shape.dim(1));
    return call("torch.embedding", new Shape(dims), type, Dim.of(0), this, ids);
  }

  /** For each row i of this tensor, (N, T, ...), its element at indices[i]: (N, ...). */
  public Tensor atEachRow(Tensor indices) {
    List<Dim> one = new ArrayList<>(shape.dims());
    one.set(1, Dim.ONE);
    Dim[] column = new Dim[shape.rank()];
    Arrays.fill(column, Dim.ONE);
    column[0] = shape.dim(0);
    Tensor index = indices.reshape(column).expand(new Shape(one));
    return call("torch.gather", new Shape(one), type, Dim.of(0), this, 1L, index).squeeze(1);
  }

  /** 0, 1, ... up to a size (exclusive), on the device of this tensor. */
  public Tensor range(Dim size) {
    return call(
        "torch.arange",
        Shape.of(size),
        Type.INT64,
        Dim.of(0),
        Collections.singletonList(size),
        Map.of("dtype", Type.INT64, "device", new DeviceOf(this)));
  }

  /** A vector of given numbers, FLOAT32, on the device of this tensor. */
  public Tensor numbers(List<Double> numbers) {
    return call(
        "torch.tensor",
        Shape.of(numbers.size()),
        Type.FLOAT32,
        Dim.of(0),
        List.of(numbers),
        Map.of("dtype", Type.FLOAT32, "device", new DeviceOf(this)));
  }

  /** A vector of given numbers, INT64, on the device of this tensor. */
  public Tensor numbers(long... numbers) {
    return call(
        "torch.tensor",
        Shape.of(numbers.length),
        Type.INT64,
        Dim.of(0),
        List.of(Arrays.stream(numbers).boxed().toList()),
        Map.of("dtype", Type.INT64, "device", new DeviceOf(this)));
  }

  /** An argument that stands for the device on which a tensor lies. */
  record DeviceOf(Tensor tensor) {}

  private Tensor map(String function, Object... arguments) {
    List<Object> all = new ArrayList<>();
    all.add(this);
    all.addAll(Arrays.asList(arguments));
    return call(function, shape, type, Dim.of(0), all, Map.of());
  }

  /** Whole numbers stay whole. */
  private Object typed(double number) {
    if (type.isReal() || number != Math.rint(number)) {
      return number;
    }
    return (long) number;
  }

  private Tensor view(String function, Shape result, Object... arguments) {
    List<Object> all = new ArrayList<>();
    all.add(this);
    all.addAll(Arrays.asList(arguments));
    return call(function, result, type, Dim.of(0), all, Map.of());
  }

  private Tensor elementwise(String function, Tensor other) {
    Shape result = Shape.broadcast(shape, other.shape);
    return call(function, result, Type.promote(type, other.type), Dim.of(0), this, other);
  }

  private Tensor compare(String function, Tensor other) {
    return call(function, Shape.broadcast(shape, other.shape), Type.BOOL, Dim.of(0), this, other);
  }

  private Tensor reduce(String function, int dim, Type result) {
    return call(
        function, shape.without(dim), result, Dim.of(0), this, List.of((long) shape.axis(dim)));
  }

  private static void require(boolean fits, String otherwise) {
    if (!fits) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  @Override
  public String toString() {
    return (isLeaf() ? name : call.function()) + shape;
  }
}
