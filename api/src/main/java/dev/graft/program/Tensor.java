package dev.graft.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A node of an expression graph: what a program will compute, not yet a value. Immutable; every
 * operator makes a new node.
 *
 * <p>The shape may hold sizes that only a batch decides ({@link Dim}). Operators check shapes as
 * they are recorded and throw {@link IllegalArgumentException} where they don't fit. Unless an
 * operator says otherwise it works element by element and sizes of one broadcast. A dimension is
 * named by its index from the outermost one, 0, or by a negative one from the innermost, -1.
 *
 * <p>An operator over {@link Type#REAL} and {@link Type#FLOAT32} gives FLOAT32, one over complex
 * numbers and others complex ones, one over real and whole numbers real ones, one over truth values
 * and whole numbers whole ones. {@link Type#INT8} and {@link Type#UINT8} are added, multiplied and
 * summed as INT64. Gradients flow through real and complex numbers.
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

  /**
   * One of the results of an operator that has several.
   *
   * @param shape its sizes
   * @param type what its elements are
   */
  public record Result(Shape shape, Type type) {}

  private static final Shape SCALAR = Shape.SCALAR;

  /** Code that is not the name of an operator would escape every check. */
  private static final Pattern OPERATOR = Pattern.compile("(torch|ops)\\.[\\w.]+");

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
   * Calls an operator of PyTorch by name: the way to whatever has no method here. What is said of
   * its result is believed; the conformance kit compares it with what PyTorch gives.
   *
   * @param function its name in TorchScript, such as {@code torch.erf}
   * @param shape the shape of its result
   * @param type the type of its result
   * @param flops the floating-point operations it takes, two for a multiply-add
   * @param arguments {@code Tensor}s, numbers, booleans, strings, {@code null}, {@link Dim}s,
   *     {@link Type}s, or lists of those
   * @return the operator's only result; {@link #callAll} calls those that have several
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
    requireOperator(function, arguments);
    return new Tensor(new Call(function, arguments, keywords, flops), null, null, shape, type);
  }

  /**
   * Calls an operator of PyTorch that has several results by name:
   *
   * <pre>{@code
   * List<Tensor> top =
   *     Tensor.callAll(
   *         "torch.topk",
   *         List.of(new Result(shape, Type.REAL), new Result(shape, Type.INT64)),
   *         Dim.of(0),
   *         scores,
   *         3);
   * }</pre>
   *
   * @param function its name in TorchScript, such as {@code torch.topk} or {@code torch.lstm}
   * @param results the shape and type of each result, in the operator's order; all must be there
   * @param flops the floating-point operations it takes for all results together
   * @param arguments as {@link #call(String, Shape, Type, Dim, Object...)} takes them
   * @return the results, in the same order
   */
  public static List<Tensor> callAll(
      String function, List<Result> results, Dim flops, Object... arguments) {
    requireOperator(function, Arrays.asList(arguments));
    require(!results.isEmpty(), "callAll: %s without results", function);
    Call call = new Call(function, Arrays.asList(arguments), Map.of(), flops, results.size());
    // Stands for all results in one, which only elements read.
    return elements(
        new Tensor(call, null, null, results.get(0).shape, results.get(0).type), results);
  }

  private static List<Tensor> elements(Tensor all, List<Result> results) {
    return IntStream.range(0, results.size())
        .mapToObj(i -> all.element(i, results.get(i)))
        .toList();
  }

  private Tensor element(long index, Result result) {
    Call element = new Call(Call.ELEMENT, List.of(this, index), Map.of(), Dim.of(0));
    return new Tensor(element, null, null, result.shape, result.type);
  }

  /** The same call with other inputs; this where these are the same. */
  Tensor reading(UnaryOperator<Tensor> inputs) {
    Call other = call.reading(inputs);
    return other == call ? this : new Tensor(other, null, null, shape, type);
  }

  /** The same call where it gives another shape. */
  Tensor of(Shape other) {
    return new Tensor(call, null, null, other, type);
  }

  /** Another operator in the place of this node, for which this one's place in Java is told. */
  Tensor instead(String function, Shape shape, Object... arguments) {
    return instead(function, shape, type, arguments);
  }

  /** The same of another type. */
  Tensor instead(String function, Shape shape, Type of, Object... arguments) {
    return new Tensor(call.instead(function, Arrays.asList(arguments), 0), null, null, shape, of);
  }

  /** The same call with keyword arguments. */
  Tensor with(Map<String, Object> keywords) {
    return new Tensor(call.with(keywords), null, null, shape, type);
  }

  /** One of several results in the place of this node. */
  List<Tensor> instead(String function, List<Result> results, Object... arguments) {
    Call all = call.instead(function, Arrays.asList(arguments), results.size());
    return elements(new Tensor(all, null, null, results.get(0).shape, type), results);
  }

  private static void requireOperator(String function, List<Object> arguments) {
    require(
        OPERATOR.matcher(function).matches(),
        "call: '%s' is not the name of an operator, such as torch.erf",
        function);
    boolean isComputed =
        !arguments.isEmpty() && arguments.get(0) instanceof Tensor read && !read.isLeaf();
    require(
        !isComputed || !function.endsWith("_"),
        "call: '%s' writes into what other operators read too",
        function);
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
    return elementwise(Call.ADD, other);
  }

  /**
   * {@return {@code x + c}}
   *
   * @param number c; whole if x is
   */
  public Tensor plus(double number) {
    return withNumber(Call.ADD, number);
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
   * {@return {@code x - number}}
   *
   * @param number whole if x is
   */
  public Tensor minus(double number) {
    return plus(-number);
  }

  /**
   * {@return {@code x y}}
   *
   * @param other y
   */
  public Tensor times(Tensor other) {
    return elementwise(Call.MULTIPLY, other);
  }

  /**
   * {@return {@code c x}}
   *
   * @param factor c; whole if x is
   */
  public Tensor times(double factor) {
    return withNumber(Call.MULTIPLY, factor);
  }

  /**
   * {@return {@code x / y}}
   *
   * @param other y, of real numbers if x is not
   */
  public Tensor dividedBy(Tensor other) {
    require(
        !type.isWhole() || !other.type.isWhole(),
        "dividedBy: the types %s and %s are whole numbers",
        type,
        other.type);
    return elementwise("torch.div", other);
  }

  /**
   * {@return {@code x / c}, for x of real numbers}
   *
   * @param divisor c
   */
  public Tensor dividedBy(double divisor) {
    return mapReal("torch.div", divisor);
  }

  /** {@return {@code x^2}} */
  public Tensor squared() {
    return widened().map("torch.square");
  }

  /** {@return {@code e^x}} */
  public Tensor exp() {
    return mapReal("torch.exp");
  }

  /** {@return the natural logarithm; not a number where an element is negative} */
  public Tensor log() {
    return mapReal("torch.log");
  }

  /** {@return the sine, of radians} */
  public Tensor sin() {
    return mapReal("torch.sin");
  }

  /** {@return the cosine, of radians} */
  public Tensor cos() {
    return mapReal("torch.cos");
  }

  /** {@return the square root; not a number where an element is negative} */
  public Tensor sqrt() {
    return mapReal("torch.sqrt");
  }

  /** {@return the absolute value; of complex numbers FLOAT32} */
  public Tensor abs() {
    return call("torch.abs", shape, magnitude(), Dim.of(0), this);
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
        "linear: a weight of shape %s can't act on %s",
        weight.shape,
        shape);
    require(
        bias == null || bias.shape.equals(Shape.of(weight.shape.dim(0))),
        "linear: the bias does not fit a weight of shape %s",
        weight.shape);
    Shape result = shape.with(-1, weight.shape.dim(0));
    Dim flops = result.size().times(shape.dim(-1)).times(2);
    return bias == null
        ? call(Call.LINEAR, result, type, flops, this, weight)
        : call(Call.LINEAR, result, type, flops, this, weight, bias);
  }

  /**
   * {@return the matrix product over the last two dimensions; the ones before broadcast}
   *
   * @param other (..., n, p) for this tensor (..., m, n)
   */
  public Tensor matmul(Tensor other) {
    require(
        shape.rank() >= 2 && other.shape.rank() >= 2 && shape.dim(-1).equals(other.shape.dim(-2)),
        "matmul: the shapes %s and %s don't fit",
        shape,
        other.shape);
    List<Dim> dims = new ArrayList<>(Shape.broadcast(batch(shape), batch(other.shape)).dims());
    dims.add(shape.dim(-2));
    dims.add(other.shape.dim(-1));
    Shape result = new Shape(dims);
    Type common = Type.promote(type, other.type);
    Dim flops = result.size().times(shape.dim(-1)).times(multiplyAdd(common));
    return call(Call.MATMUL, result, common, flops, to(common), other.to(common));
  }

  /** The operations of one: of complex numbers four multiplications and four additions. */
  private static long multiplyAdd(Type type) {
    return type == Type.COMPLEX ? 8 : 2;
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
   * {@return the thin singular value decomposition of this matrix, whose shape is fixed} It is
   * computed in 32 bits at least and given in this tensor's type.
   */
  public Svd svd() {
    require(shape.rank() == 2 && shape.isFixed(), "svd: not a matrix of fixed shape: %s", shape);
    Dim rows = shape.dim(0);
    Dim columns = shape.dim(1);
    Dim k = rows.fixed() < columns.fixed() ? rows : columns;
    Type wide = wide(type);
    List<Result> results =
        List.of(
            new Result(Shape.of(rows, k), wide),
            new Result(Shape.of(k), wide == Type.COMPLEX ? Type.FLOAT32 : wide),
            new Result(Shape.of(k, columns), wide));
    List<Tensor> all = callAll("torch.linalg_svd", results, Dim.of(0), to(wide), false);
    return new Svd(all.get(0).to(type), all.get(1).to(magnitude()), all.get(2).to(type));
  }

  /**
   * {@return X of {@code A X = B}, for A this tensor: the systems of the last two dimensions, those
   * before broadcast} It is computed in 32 bits at least and given in the type of both together. It
   * takes 2/3 n^3 + 2 n^2 p operations a system, counted with n^3 where a batch decides n.
   *
   * @param other B, (..., n, p), for this tensor A, (..., n, n), of which none may be singular
   */
  public Tensor solve(Tensor other) {
    require(
        shape.rank() >= 2
            && other.shape.rank() >= 2
            && shape.dim(-1).equals(shape.dim(-2))
            && shape.dim(-1).equals(other.shape.dim(-2)),
        "solve: the shapes %s and %s don't fit",
        shape,
        other.shape);
    Type common = Type.promote(type, other.type);
    require(!common.isWhole(), "solve: the types %s and %s", type, other.type);
    Shape systems = Shape.broadcast(batch(shape), batch(other.shape));
    List<Dim> dims = new ArrayList<>(systems.dims());
    dims.add(other.shape.dim(-2));
    dims.add(other.shape.dim(-1));
    Type wide = wide(common);
    return call(
            "torch.linalg_solve",
            new Shape(dims),
            wide,
            systems.size().times(solving(shape.dim(-1), other.shape.dim(-1), multiplyAdd(wide))),
            to(wide),
            other.to(wide))
        .to(common);
  }

  private static Dim solving(Dim n, Dim p, long multiplyAdd) {
    Dim cube = n.times(n).times(n).times(multiplyAdd);
    Dim factoring = n.isFixed() ? Dim.of(cube.fixed() / 3) : cube.dividedBy(Dim.of(2));
    return factoring.plus(n.times(n).times(p).times(multiplyAdd));
  }

  /** The type in which PyTorch decomposes matrices of a type: it can't in half precision. */
  private static Type wide(Type type) {
    return type == Type.REAL ? Type.FLOAT32 : type;
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
        "attend: queries %s, keys %s, values %s",
        shape,
        keys.shape,
        values.shape);
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

  // Spectra

  /**
   * {@return the discrete Fourier transform along some dimensions, {@code sum_n x_n exp(-2 pi i k n
   * / N)} for each, COMPLEX} It is computed in 32 bits at least. It takes 5 N log2 N operations for
   * each N elements; along a dimension of a size that a batch decides none are counted.
   *
   * @param dims their indices, at least one: two give the transform of a matrix
   */
  public Tensor fft(int... dims) {
    return transform("torch.fft_fftn", dims);
  }

  /**
   * {@return the inverse of {@link #fft}, COMPLEX: {@code 1/N sum_k x_k exp(2 pi i k n / N)} along
   * each dimension} Computed and counted as that is.
   *
   * @param dims their indices, at least one: two give the inverse transform of a matrix
   */
  public Tensor inverseFft(int... dims) {
    return transform("torch.fft_ifftn", dims);
  }

  private Tensor transform(String function, int... dims) {
    List<Long> axes = Arrays.stream(dims).mapToObj(dim -> (long) shape.axis(dim)).toList();
    require(
        !axes.isEmpty() && axes.stream().distinct().count() == axes.size(),
        "fft: the dimensions %s of %s",
        Arrays.toString(dims),
        shape);
    long perElement = 0;
    for (int dim : dims) {
      Dim size = shape.dim(dim);
      perElement +=
          size.isFixed() ? Math.round(5 * Math.log((double) size.fixed()) / Math.log(2)) : 0;
    }
    Tensor wide = type == Type.COMPLEX ? this : to(Type.FLOAT32);
    Dim flops = shape.size().times(perElement);
    return call(function, shape, Type.COMPLEX, flops, wide, null, axes);
  }

  /** {@return the real parts of complex numbers, FLOAT32; real numbers themselves} */
  public Tensor real() {
    return type == Type.COMPLEX ? call("torch.real", shape, Type.FLOAT32, Dim.of(0), this) : this;
  }

  /** {@return the imaginary parts of complex numbers, FLOAT32} */
  public Tensor imaginary() {
    require(type == Type.COMPLEX, "imaginary: numbers of type %s", type);
    return call("torch.imag", shape, Type.FLOAT32, Dim.of(0), this);
  }

  /**
   * {@return {@code a + b i}, COMPLEX}
   *
   * @param real a, of real numbers
   * @param imaginary b, of real numbers
   */
  public static Tensor complex(Tensor real, Tensor imaginary) {
    return call(
        "torch.complex",
        Shape.broadcast(real.shape, imaginary.shape),
        Type.COMPLEX,
        Dim.of(0),
        real.to(Type.FLOAT32),
        imaginary.to(Type.FLOAT32));
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
    return mapReal("torch.tanh");
  }

  /** {@return {@code 1 / (1 + exp(-x))}, in (0, 1)} */
  public Tensor sigmoid() {
    return mapReal("torch.sigmoid");
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
        "dropout: the probability is in [0, 1): %s",
        probability);
    return probability == 0 ? this : map(Call.DROPOUT, probability, true);
  }

  /**
   * {@return this tensor where the mask is false, the number where it is true}
   *
   * @param mask BOOL, broadcast to this tensor's shape
   * @param number finite; whole if this tensor is
   */
  public Tensor maskedFill(Tensor mask, double number) {
    require(mask.type == Type.BOOL, "maskedFill: the mask is of type %s", mask.type);
    Shape result = Shape.broadcast(shape, mask.shape);
    require(result.equals(shape), "maskedFill: a mask %s for %s", mask.shape, shape);
    return call("torch.masked_fill", shape, type, Dim.of(0), this, mask, number);
  }

  /**
   * {@return this tensor where the condition is true, the other one where it is false}
   *
   * @param condition BOOL
   * @param otherwise of this tensor's type
   */
  public Tensor where(Tensor condition, Tensor otherwise) {
    require(condition.type == Type.BOOL, "where: the condition is of type %s", condition.type);
    require(type == otherwise.type, "where: the types %s and %s", type, otherwise.type);
    Shape result = Shape.broadcast(condition.shape, Shape.broadcast(shape, otherwise.shape));
    return call(Call.WHERE, result, type, Dim.of(0), condition, this, otherwise);
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
   * {@return where this is below a number, BOOL}
   *
   * @param number finite
   */
  public Tensor lessThan(double number) {
    return compare("torch.lt", number);
  }

  /**
   * {@return where this is a number or below it, BOOL}
   *
   * @param number finite
   */
  public Tensor lessOrEqual(double number) {
    return compare("torch.le", number);
  }

  /**
   * {@return where this is above a number, BOOL}
   *
   * @param number finite
   */
  public Tensor greaterThan(double number) {
    return compare("torch.gt", number);
  }

  /**
   * {@return where this is a number or above it, BOOL}
   *
   * @param number finite
   */
  public Tensor greaterOrEqual(double number) {
    return compare("torch.ge", number);
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
   * {@return where one of both is true or both are, BOOL}
   *
   * @param other BOOL, as this tensor is
   */
  public Tensor or(Tensor other) {
    return compare("torch.logical_or", other);
  }

  /** {@return where this tensor, BOOL, is false, BOOL} */
  public Tensor not() {
    return call("torch.logical_not", shape, Type.BOOL, Dim.of(0), this);
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
   * @param to this tensor's own type gives this tensor; complex numbers have no other, since {@link
   *     #real} and {@link #imaginary} say which part is meant
   */
  public Tensor to(Type to) {
    require(type != Type.COMPLEX || to == type, "to: complex numbers as %s", to);
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
    return reduce("torch.sum", dim, summed());
  }

  /**
   * {@return the mean along a dimension, which disappears}
   *
   * @param dim its index
   */
  public Tensor mean(int dim) {
    return reduce("torch.mean", dim, type);
  }

  /** {@return the sum of all elements, of shape (); of truth values their number, INT64} */
  public Tensor sum() {
    return call("torch.sum", SCALAR, summed(), Dim.of(0), this);
  }

  /** {@return the mean of all elements, of shape ()} */
  public Tensor mean() {
    return call("torch.mean", SCALAR, type, Dim.of(0), this);
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
        magnitude(),
        Dim.of(0),
        this,
        2L,
        List.of((long) shape.axis(dim)));
  }

  /** PyTorch counts in 64 bits. */
  private Type summed() {
    return type.isWhole() ? Type.INT64 : type;
  }

  /** The type of absolute values and lengths. */
  private Type magnitude() {
    return type == Type.COMPLEX ? Type.FLOAT32 : type;
  }

  /**
   * {@return the running sum along a dimension: at each index of all up to it}
   *
   * @param dim its index
   */
  public Tensor cumulativeSum(int dim) {
    return call("torch.cumsum", shape, summed(), Dim.of(0), this, (long) shape.axis(dim));
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
        "crossEntropy: logits %s and labels %s",
        shape,
        labels.shape);
    return call(
        Call.CROSS_ENTROPY,
        SCALAR,
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
   * The mean binary cross entropy of these logits.
   *
   * @param targets of this shape, each from 0 to 1
   * @return of shape (), FLOAT32
   */
  public Tensor binaryCrossEntropy(Tensor targets) {
    require(
        targets.shape.equals(shape),
        "binaryCrossEntropy: logits %s and targets %s",
        shape,
        targets.shape);
    return call(
        "torch.binary_cross_entropy_with_logits",
        SCALAR,
        Type.FLOAT32,
        Dim.of(0),
        to(Type.FLOAT32),
        targets.to(Type.FLOAT32),
        null,
        null,
        1L);
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
        "reshape: %s does not become %s",
        shape,
        Shape.of(result));
    return Shape.of(result).equals(shape)
        ? this
        : view(Call.RESHAPE, Shape.of(result), List.of(result));
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
   * {@return the same elements with one dimension cut into several}
   *
   * @param dim from the outermost, 0, or negative from the innermost, -1
   * @param sizes outermost first, one of which may be -1 for whatever is left
   */
  public Tensor unflatten(int dim, long... sizes) {
    int axis = shape.axis(dim);
    Dim[] parts = Arrays.stream(sizes).mapToObj(Dim::of).toArray(Dim[]::new);
    int unknown = Arrays.asList(parts).indexOf(Dim.of(-1));
    if (unknown >= 0) {
      parts[unknown] = Dim.ONE;
      parts[unknown] = shape.dim(axis).dividedBy(Shape.of(parts).size());
    }
    List<Dim> dims = new ArrayList<>(shape.dims().subList(0, axis));
    dims.addAll(Arrays.asList(parts));
    dims.addAll(shape.dims().subList(axis + 1, shape.rank()));
    return reshape(new Shape(dims));
  }

  /**
   * {@return the same elements with neighbouring dimensions in one}
   *
   * @param first from the outermost, 0, or negative from the innermost, -1
   * @param last behind the first
   */
  public Tensor flatten(int first, int last) {
    int end = shape.axis(last) + 1;
    List<Dim> dims = new ArrayList<>(shape.dims().subList(0, shape.axis(first)));
    dims.add(new Shape(shape.dims().subList(shape.axis(first), end)).size());
    dims.addAll(shape.dims().subList(end, shape.rank()));
    return reshape(new Shape(dims));
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
    require(shape.dim(index).equals(Dim.ONE), "squeeze: %s at %s", shape, index);
    return view("torch.squeeze", shape.without(index), (long) shape.axis(index));
  }

  /**
   * {@return this tensor with dimensions of size one repeated, without copying}
   *
   * @param to the shape of the result, which may have more dimensions in front
   */
  public Tensor expand(Shape to) {
    require(Shape.broadcast(shape, to).equals(to), "expand: %s to %s", shape, to);
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
          "concat: the shapes %s and %s along %s",
          first.shape,
          part.shape,
          dim);
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
        "rows: a table %s at ids of type %s",
        shape,
        ids.type);
    List<Dim> dims = new ArrayList<>(ids.shape.dims());
    dims.add(shape.dim(1));
    return call("torch.embedding", new Shape(dims), type, Dim.of(0), this, ids);
  }

  /**
   * {@return the elements at the given indices along a dimension: for three dimensions and the last
   * of them {@code y[i][j][k] = x[i][j][index[i][j][k]]}, of the index's shape}
   *
   * @param dim the dimension
   * @param index INT64, from 0 and below the dimension's size, with as many dimensions as this
   *     tensor; along the others at most as large
   */
  public Tensor gather(int dim, Tensor index) {
    requireIndex("gather", dim, index);
    return call("torch.gather", index.shape, type, Dim.of(0), this, (long) shape.axis(dim), index);
  }

  /**
   * {@return this tensor with elements of another put in at the given indices along a dimension:
   * for three dimensions and the last of them {@code y[i][j][index[i][j][k]] = source[i][j][k]}}
   * Where an index is given twice, it is not said which element is put in.
   *
   * @param dim the dimension
   * @param index INT64, from 0 and below the dimension's size, with as many dimensions as this
   *     tensor; along the others at most as large
   * @param source of this tensor's type and the index's shape
   */
  public Tensor scatter(int dim, Tensor index, Tensor source) {
    requireIndex("scatter", dim, index);
    require(
        source.shape.equals(index.shape) && source.type == type,
        "scatter: a source %s of %s at an index %s of a tensor of %s",
        source.shape,
        source.type,
        index.shape,
        type);
    return map("torch.scatter", (long) shape.axis(dim), index, source);
  }

  private void requireIndex(String operator, int dim, Tensor index) {
    boolean fits = index.type == Type.INT64 && index.shape.rank() == shape.rank();
    for (int axis = 0; fits && axis < shape.rank(); axis++) {
      Dim own = shape.dim(axis);
      Dim other = index.shape.dim(axis);
      fits =
          axis == shape.axis(dim)
              || !own.isFixed()
              || !other.isFixed()
              || other.fixed() <= own.fixed();
    }
    require(
        fits,
        "%s: an index %s of %s for %s along %s",
        operator,
        index.shape,
        index.type,
        shape,
        dim);
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
    return gather(1, index).squeeze(1);
  }

  /**
   * {@return zeros of this tensor's type, on its device}
   *
   * @param size of the result, of which a batch may decide some sizes
   */
  public Tensor zeros(Shape size) {
    return call("torch.zeros", size, type, Dim.of(0), List.of(size.dims()), made(type));
  }

  /**
   * {@return the identity matrix, (n, n), of this tensor's type, on its device}
   *
   * @param n its size
   */
  public Tensor eye(long n) {
    return call("torch.eye", Shape.of(n, n), type, Dim.of(0), List.of(n), made(type));
  }

  /**
   * {@return one of this tensor's sizes as a number to compute with, of shape (), INT64, on its
   * device} {@code x.sum(1).dividedBy(x.size(1))} is a mean over what a batch decides.
   *
   * @param dim the index of the dimension
   */
  public Tensor size(int dim) {
    return call(
        "torch.full",
        SCALAR,
        Type.INT64,
        Dim.of(0),
        List.of(List.of(), shape.dim(dim)),
        made(Type.INT64));
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
        made(Type.INT64));
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
        made(Type.FLOAT32));
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
        made(Type.INT64));
  }

  /** What a tensor is told that is made from nothing. */
  private Map<String, Object> made(Type of) {
    return Map.of("dtype", of, "device", Call.Property.device(this));
  }

  private Tensor map(String function, Object... arguments) {
    List<Object> all = new ArrayList<>();
    all.add(this);
    all.addAll(Arrays.asList(arguments));
    return call(function, shape, type, Dim.of(0), all, Map.of());
  }

  /** PyTorch would give real numbers in a precision of its own choice. */
  private Tensor mapReal(String function, Object... arguments) {
    require(!type.isWhole(), "%s: numbers of type %s", function, type);
    return map(function, arguments);
  }

  /** Whole numbers stay whole. */
  private Tensor withNumber(String function, double number) {
    if (!type.isWhole()) {
      return map(function, number);
    }
    require(number == Math.rint(number), "%s: %s with numbers of %s", function, number, type);
    return to(Type.INT64).map(function, (long) number);
  }

  /** Small whole numbers in a type that holds their products. */
  private Tensor widened() {
    return type == Type.INT8 || type == Type.UINT8 ? to(Type.INT64) : this;
  }

  private Tensor view(String function, Shape result, Object... arguments) {
    List<Object> all = new ArrayList<>();
    all.add(this);
    all.addAll(Arrays.asList(arguments));
    return call(function, result, type, Dim.of(0), all, Map.of());
  }

  private Tensor elementwise(String function, Tensor other) {
    Shape result = Shape.broadcast(shape, other.shape);
    Type common = Type.promote(type, other.type);
    return call(
        function, result, common, Dim.of(0), beside(other, common), other.beside(this, common));
  }

  /** This operand, in another type where PyTorch would not give the common one by itself. */
  private Tensor beside(Tensor other, Type common) {
    if (common == Type.INT64) {
      return widened();
    }
    // Beside one with dimensions, the precision of an operand of shape () counts for nothing.
    boolean outweighs = type == Type.REAL && shape.rank() > 0 && other.shape.rank() == 0;
    return outweighs && common != Type.REAL ? to(Type.FLOAT32) : this;
  }

  private Tensor compare(String function, Tensor other) {
    return call(function, Shape.broadcast(shape, other.shape), Type.BOOL, Dim.of(0), this, other);
  }

  private Tensor compare(String function, double number) {
    return call(function, shape, Type.BOOL, Dim.of(0), this, number);
  }

  private Tensor reduce(String function, int dim, Type result) {
    return call(
        function, shape.without(dim), result, Dim.of(0), this, List.of((long) shape.axis(dim)));
  }

  /** The text is made only where it is needed: calls are recorded by the ten thousand. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of every plugin
  private static void require(boolean fits, String otherwise, Object... values) {
    if (!fits) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, otherwise, values));
    }
  }

  @Override
  public String toString() {
    return (isLeaf() ? name : call.function()) + shape;
  }
}
