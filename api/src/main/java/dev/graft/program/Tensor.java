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
 * operator says otherwise it works element by element and sizes of one broadcast. A dimension is
 * named by its index from the outermost one, 0, or by a negative one from the innermost, -1.
 *
 * <p>An operator over {@link Type#REAL} and {@link Type#FLOAT32} gives FLOAT32, one over real and
 * whole numbers real ones, one over truth values and whole numbers whole ones.
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

  /**
   * {@return a leaf, which gets its value when the program runs}
   *
   * @param source where the value comes from
   * @param name for people: two leaves of one name are two leaves
   * @param shape sizes that a batch decides for inputs only
   * @param type what the value's elements are
   */
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
   * @return the operator's only result
   */
  public static Tensor call(
      String function, Shape shape, Type type, Dim flops, Object... arguments) {
    return call(function, shape, type, flops, Arrays.asList(arguments), Map.of());
  }

  /**
   * {@return the result of an operator that is called by name, with keyword arguments behind the
   * others}
   *
   * @param function its name in TorchScript, such as {@code torch.erf}
   * @param shape the shape of its result
   * @param type the type of its result
   * @param flops the floating-point operations it takes, two for a multiply-add
   * @param arguments as {@link #call(String, Shape, Type, Dim, Object...)} takes them
   * @param keywords the other arguments, by name
   */
  public static Tensor call(
      String function,
      Shape shape,
      Type type,
      Dim flops,
      List<Object> arguments,
      Map<String, Object> keywords) {
    return new Tensor(new Call(function, arguments, keywords, flops), null, null, shape, type);
  }

  /** {@return the sizes, of which a batch may decide some} */
  public Shape shape() {
    return shape;
  }

  /** {@return what the elements are} */
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
   * {@return whether, outside of training, this and another tensor are the same operators on the
   * same leaves}
   *
   * @param other a node of any graph
   */
  public boolean computesLike(Tensor other) {
    return new Likeness().of(this, other);
  }

  /** {@return the name of a leaf, for people; null for other nodes} */
  public String name() {
    return name;
  }

  // Arithmetic

  /**
   * {@return {@code x + y}}
   *
   * @param other y
   */
  public Tensor plus(Tensor other) {
    return elementwise("torch.add", other);
  }

  /**
   * {@return {@code x + c}}
   *
   * @param number c; whole if x is
   */
  public Tensor plus(double number) {
    return map("torch.add", typed(number));
  }

  /**
   * {@return {@code x - y}}
   *
   * @param other y
   */
  public Tensor minus(Tensor other) {
    return elementwise("torch.sub", other);
  }

  /**
   * {@return {@code x y}}
   *
   * @param other y
   */
  public Tensor times(Tensor other) {
    return elementwise("torch.mul", other);
  }

  /**
   * {@return {@code c x}}
   *
   * @param factor c; whole if x is
   */
  public Tensor times(double factor) {
    return map("torch.mul", typed(factor));
  }

  /**
   * {@return {@code x / y}}
   *
   * @param other y, of real numbers if x is not
   */
  public Tensor dividedBy(Tensor other) {
    return elementwise("torch.div", other);
  }

  /**
   * {@return {@code x / c}, for x of real numbers}
   *
   * @param divisor c
   */
  public Tensor dividedBy(double divisor) {
    return map("torch.div", divisor);
  }

  /** {@return {@code x^2}} */
  public Tensor squared() {
    return map("torch.square");
  }

  /** {@return the sine, of radians} */
  public Tensor sin() {
    return map("torch.sin");
  }

  /** {@return the cosine, of radians} */
  public Tensor cos() {
    return map("torch.cos");
  }

  /** {@return the square root; not a number where an element is negative} */
  public Tensor sqrt() {
    return map("torch.sqrt");
  }

  /** {@return the absolute value} */
  public Tensor abs() {
    return map("torch.abs");
  }

  // Matrix products

  /**
   * {@return {@code x W^T}, from (..., in) to (..., out)}
   *
   * @param weight W, of shape (out, in), or (B, out, in) where each row of a batch has its own
   */
  public Tensor linear(Tensor weight) {
    return linear(weight, null);
  }

  /**
   * {@return {@code x W^T + b}, from (..., in) to (..., out)} Each row of a batch may have its own
   * map: x is of shape (B, T, in) then.
   *
   * @param weight W, of shape (out, in), or (B, out, in) where each row of a batch has its own
   * @param bias b, of shape (out), or (B, 1, out) with such a weight; null for none
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

  /**
   * {@return the matrix product over the last two dimensions; the ones before broadcast}
   *
   * @param other (..., n, p) for this tensor (..., m, n)
   */
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

  /**
   * {@return the thin singular value decomposition of this matrix, whose shape is fixed and whose
   * numbers have 32 bits or more}
   */
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
   * @return (batch, heads, T, value width)
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

  /**
   * {@return attention, (batch, heads, T, value width), with another factor for the scores than
   * {@code 1 / sqrt(width)}}
   *
   * @param keys (batch, key heads, S, width); each serves heads / key heads query heads in turn
   * @param values (batch, key heads, S, value width)
   * @param mask broadcast to (batch, heads, T, S): true where a query may look, or a number that is
   *     added to the score; null for no mask
   * @param scale the factor
   * @param dropout the share of attention weights dropped in training, in [0, 1)
   */
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

  /**
   * {@return the exact Gaussian error linear unit, {@code x Phi(x)} (Hendrycks and Gimpel 2016)}
   */
  public Tensor gelu() {
    return map("torch.gelu");
  }

  /** {@return the tanh approximation of {@link #gelu()} that GPT-2 uses} */
  public Tensor geluTanh() {
    return call("torch.gelu", shape, type, Dim.of(0), List.of(this), Map.of("approximate", "tanh"));
  }

  /** {@return {@code max(x, 0)}} */
  public Tensor relu() {
    return map("torch.relu");
  }

  /** {@return {@code x sigmoid(x)}, also called swish} */
  public Tensor silu() {
    return map("torch.silu");
  }

  /** {@return the hyperbolic tangent, in (-1, 1)} */
  public Tensor tanh() {
    return map("torch.tanh");
  }

  /** {@return {@code 1 / (1 + exp(-x))}, in (0, 1)} */
  public Tensor sigmoid() {
    return map("torch.sigmoid");
  }

  /**
   * {@return in a training program this tensor with elements set to zero at random and the others
   * scaled up to keep the mean; elsewhere the same numbers}
   *
   * @param probability of zero, in [0, 1), of each element for itself
   */
  public Tensor dropout(double probability) {
    require(
        probability >= 0 && probability < 1,
        "dropout: the probability is in [0, 1): " + probability);
    return probability == 0 ? this : map(Call.DROPOUT, probability, true);
  }

  /**
   * {@return this tensor where the mask is false, the number where it is true}
   *
   * @param mask BOOL, broadcast to this tensor's shape
   * @param number finite; whole if this tensor is
   */
  public Tensor maskedFill(Tensor mask, double number) {
    require(mask.type == Type.BOOL, "maskedFill: the mask is of type " + mask.type);
    Shape result = Shape.broadcast(shape, mask.shape);
    require(result.equals(shape), "maskedFill: a mask " + mask.shape + " for " + shape);
    return call("torch.masked_fill", shape, type, Dim.of(0), this, mask, number);
  }

  /**
   * {@return this tensor where the condition is true, the other one where it is false}
   *
   * @param condition BOOL
   * @param otherwise of this tensor's type
   */
  public Tensor where(Tensor condition, Tensor otherwise) {
    require(condition.type == Type.BOOL, "where: the condition is of type " + condition.type);
    require(type == otherwise.type, "where: the types " + type + " and " + otherwise.type);
    Shape result = Shape.broadcast(condition.shape, Shape.broadcast(shape, otherwise.shape));
    return call("torch.where", result, type, Dim.of(0), condition, this, otherwise);
  }

  /**
   * {@return where both are the same, BOOL}
   *
   * @param other of this tensor's type
   */
  public Tensor equalTo(Tensor other) {
    return compare("torch.eq", other);
  }

  /**
   * {@return where this is below the other, BOOL}
   *
   * @param other of this tensor's type
   */
  public Tensor lessThan(Tensor other) {
    return compare("torch.lt", other);
  }

  /**
   * {@return where this is below the other or the same, BOOL}
   *
   * @param other of this tensor's type
   */
  public Tensor lessOrEqual(Tensor other) {
    return compare("torch.le", other);
  }

  /**
   * {@return where both are true, BOOL}
   *
   * @param other BOOL, as this tensor is
   */
  public Tensor and(Tensor other) {
    return compare("torch.logical_and", other);
  }

  /**
   * {@return where an element is a number, BOOL}
   *
   * @param number such as the id of padding
   */
  public Tensor equalTo(long number) {
    return call("torch.eq", shape, Type.BOOL, Dim.of(0), this, number);
  }

  /** {@return the same numbers, taken for a constant when gradients are computed} */
  public Tensor detach() {
    return map(Call.DETACH);
  }

  /**
   * {@return the same numbers in another type; real ones lose their fraction as whole ones}
   *
   * @param to this tensor's own type gives this tensor
   */
  public Tensor to(Type to) {
    return to == type ? this : call(Call.TO, shape, to, Dim.of(0), this, to);
  }

  // Normalisation and sums

  /**
   * {@return the layer normalisation over the last dimension (Ba et al. 2016)}
   *
   * @param weight of the dimension's size, or of shape (B, 1, size) where each row of a batch has
   *     its own
   * @param bias of the weight's shape
   * @param epsilon added to the variance
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

  /**
   * {@return {@code x / sqrt(mean(x^2) + epsilon) * weight} over the last dimension (Zhang and
   * Sennrich 2019)}
   *
   * @param weight of the dimension's size
   * @param epsilon added to the mean square
   */
  public Tensor rmsNorm(Tensor weight, double epsilon) {
    return call(
        "torch.rms_norm", shape, type, Dim.of(0), this, List.of(shape.dim(-1)), weight, epsilon);
  }

  /**
   * {@return {@code exp(x) / sum(exp(x))} along a dimension}
   *
   * @param dim along which the results add up to 1
   */
  public Tensor softmax(int dim) {
    return map("torch.softmax", (long) shape.axis(dim));
  }

  /**
   * {@return the sum along a dimension, which disappears; of truth values their number, INT64}
   *
   * @param dim its index
   */
  public Tensor sum(int dim) {
    return reduce("torch.sum", dim, type == Type.BOOL ? Type.INT64 : type);
  }

  /**
   * {@return the mean along a dimension, which disappears}
   *
   * @param dim its index
   */
  public Tensor mean(int dim) {
    return reduce("torch.mean", dim, type);
  }

  /** {@return the sum of all elements, of shape (), for a tensor of numbers} */
  public Tensor sum() {
    return call("torch.sum", Shape.of(new long[0]), type, Dim.of(0), this);
  }

  /** {@return the mean of all elements, of shape ()} */
  public Tensor mean() {
    return call("torch.mean", Shape.of(new long[0]), type, Dim.of(0), this);
  }

  /**
   * {@return the Euclidean norm along a dimension, which disappears}
   *
   * @param dim its index: for a weight (out, in), 1 gives the length of each output's row
   */
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

  /**
   * {@return the running sum along a dimension: at each index of all up to it}
   *
   * @param dim its index
   */
  public Tensor cumulativeSum(int dim) {
    return map("torch.cumsum", (long) shape.axis(dim));
  }

  // Losses

  /**
   * The mean cross entropy of these logits, of shape (N, classes).
   *
   * @param labels (N), INT64; -100 is ignored
   * @param smoothing the share of probability that is spread over all classes
   * @return of shape (), FLOAT32
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

  /**
   * {@return the mean squared difference, of shape (), FLOAT32}
   *
   * @param targets of real or whole numbers
   */
  public Tensor meanSquaredError(Tensor targets) {
    return to(Type.FLOAT32).minus(targets.to(Type.FLOAT32)).squared().mean();
  }

  // Shape

  /**
   * {@return the same elements in another shape}
   *
   * @param sizes 0 keeps the size of the dimension at its place; -1, once at most, is inferred
   */
  public Tensor reshape(long... sizes) {
    Dim[] dims = new Dim[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      dims[i] = sizes[i] == 0 ? shape.dim(i) : Dim.of(sizes[i]);
    }
    return reshape(dims);
  }

  /**
   * {@return the same elements in another shape}
   *
   * @param dims -1, once at most, is inferred
   */
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

  /**
   * {@return the same elements in another shape}
   *
   * @param to of as many elements
   */
  public Tensor reshape(Shape to) {
    return reshape(to.dims().toArray(Dim[]::new));
  }

  /**
   * {@return this tensor with two dimensions swapped}
   *
   * @param first the index of one
   * @param second the index of the other
   */
  public Tensor transpose(int first, int second) {
    return view(
        "torch.transpose",
        shape.swapped(first, second),
        (long) shape.axis(first),
        (long) shape.axis(second));
  }

  /**
   * {@return this tensor with a dimension of size one put in}
   *
   * @param index of the dimension in the result; -1 puts it innermost
   */
  public Tensor unsqueeze(int index) {
    int at = index < 0 ? index + shape.rank() + 1 : index;
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.add(at, Dim.ONE);
    return view("torch.unsqueeze", new Shape(dims), (long) at);
  }

  /**
   * {@return this tensor without a dimension of size one}
   *
   * @param index of the dimension
   */
  public Tensor squeeze(int index) {
    require(shape.dim(index).equals(Dim.ONE), "squeeze: " + shape + " at " + index);
    return view("torch.squeeze", shape.without(index), (long) shape.axis(index));
  }

  /**
   * {@return this tensor with dimensions of size one repeated, without copying}
   *
   * @param to the shape of the result, which may have more dimensions in front
   */
  public Tensor expand(Shape to) {
    require(Shape.broadcast(shape, to).equals(to), "expand: " + shape + " to " + to);
    return shape.equals(to) ? this : view("torch.expand", to, to.dims());
  }

  /**
   * {@return the part from one index to another along a dimension}
   *
   * @param dim its index
   * @param from inclusive, from 0
   * @param to exclusive, at most the size
   */
  public Tensor slice(int dim, Dim from, Dim to) {
    Shape result = shape.with(dim, to.plus(from.times(-1)));
    return view("torch.slice", result, (long) shape.axis(dim), from, to, 1L);
  }

  /**
   * {@return the part from one index to another along a dimension}
   *
   * @param dim its index
   * @param from inclusive, from 0
   * @param to exclusive, at most the size
   */
  public Tensor slice(int dim, long from, long to) {
    return slice(dim, Dim.of(from), Dim.of(to));
  }

  /**
   * {@return the part at one index of a dimension, which disappears}
   *
   * @param dim the dimension
   * @param index in it, from 0
   */
  public Tensor select(int dim, long index) {
    return view("torch.select", shape.without(dim), (long) shape.axis(dim), index);
  }

  /**
   * {@return tensors one after the other along a dimension}
   *
   * @param dim along which their sizes may differ; the other sizes are the same
   * @param parts at least one, of one type
   */
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

  /**
   * {@return the rows of this table, of shape (rows, width), at the given ids: (..., width)}
   *
   * @param ids (...), INT64, from 0 and below the number of rows
   */
  public Tensor rows(Tensor ids) {
    require(
        shape.rank() == 2 && ids.type == Type.INT64,
        "rows: a table " + shape + " at ids of type " + ids.type);
    List<Dim> dims = new ArrayList<>(ids.shape.dims());
    dims.add(shape.dim(1));
    return call("torch.embedding", new Shape(dims), type, Dim.of(0), this, ids);
  }

  /**
   * {@return for each row i of this tensor, (N, T, ...), its element at {@code indices[i]}: (N,
   * ...)}
   *
   * @param indices (N), INT64, from 0 and below T
   */
  public Tensor atEachRow(Tensor indices) {
    List<Dim> one = new ArrayList<>(shape.dims());
    one.set(1, Dim.ONE);
    Dim[] column = new Dim[shape.rank()];
    Arrays.fill(column, Dim.ONE);
    column[0] = shape.dim(0);
    Tensor index = indices.reshape(column).expand(new Shape(one));
    return call("torch.gather", new Shape(one), type, Dim.of(0), this, 1L, index).squeeze(1);
  }

  /**
   * {@return 0, 1, ... up to a size (exclusive), INT64, on the device of this tensor}
   *
   * @param size which a batch may decide
   */
  public Tensor range(Dim size) {
    return call(
        "torch.arange",
        Shape.of(size),
        Type.INT64,
        Dim.of(0),
        Collections.singletonList(size),
        Map.of("dtype", Type.INT64, "device", new DeviceOf(this)));
  }

  /**
   * {@return a vector of given numbers, FLOAT32, on the device of this tensor}
   *
   * @param numbers finite ones, which become part of the program's text
   */
  public Tensor numbers(List<Double> numbers) {
    return call(
        "torch.tensor",
        Shape.of(numbers.size()),
        Type.FLOAT32,
        Dim.of(0),
        List.of(numbers),
        Map.of("dtype", Type.FLOAT32, "device", new DeviceOf(this)));
  }

  /**
   * {@return a vector of given numbers, INT64, on the device of this tensor}
   *
   * @param numbers which become part of the program's text
   */
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
