package dev.graft.program;

import dev.graft.GraftException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The call of an operator: a node of the graph, with the place in Java that recorded it. */
final class Call {
  /** Recorded always, compiled into training programs only. */
  static final String DROPOUT = "torch.dropout";

  /** Has a dropout of its own, which training programs keep. */
  static final String ATTENTION = "torch.scaled_dot_product_attention";

  /** Converts to another type. */
  static final String TO = "torch.to";

  /** The same numbers, taken for a constant. */
  static final String DETACH = "torch.detach";

  /** The mean cross entropy of logits and labels. */
  static final String CROSS_ENTROPY = "torch.cross_entropy_loss";

  /** An affine map of the last dimension. */
  static final String LINEAR = "torch.linear";

  static final String ADD = "torch.add";
  static final String MULTIPLY = "torch.mul";
  static final String MATMUL = "torch.matmul";
  static final String WHERE = "torch.where";
  static final String RESHAPE = "torch.reshape";

  /** A part of a tensor along a dimension. */
  static final String SLICE = "torch.slice";

  /** Not an operator: one of the results of an operator that has several. */
  static final String ELEMENT = "element";

  private static final Set<String> VIEWS =
      Set.of(
          "torch.real",
          "torch.imag",
          RESHAPE,
          "torch.transpose",
          "torch.unsqueeze",
          "torch.squeeze",
          "torch.expand",
          SLICE,
          "torch.select",
          DETACH);

  /**
   * Operators that draw random numbers, and those that write to what they read: a name that ends in
   * one underscore.
   */
  private static final Pattern IMPURE =
      Pattern.compile(
          "\\b_?(rand\\w*|normal|bernoulli|multinomial|poisson|binomial|rrelu\\w*|\\w*dropout"
              + "|standard_gamma|sample_dirichlet)$|[^_]_$");

  /** Of few frames at a time: who recorded a call is near, and a host of many blocks has many. */
  private static final StackWalker WALKER = StackWalker.getInstance(Set.of(), 8);

  private static final Set<String> RECORDERS =
      Set.of(Call.class.getName(), Tensor.class.getName(), Scope.class.getName());

  /**
   * An argument that PyTorch tells of a tensor, and that is none itself.
   *
   * @param function its name in TorchScript
   */
  record Property(String function, Tensor of) {
    static Property device(Tensor of) {
      return new Property("ops.prim.device", of);
    }
  }

  private final String function;
  private final List<Object> arguments;
  private final Map<String, Object> keywords;
  private final Dim flops;
  private final int results;
  private final StackTraceElement site;
  private final String scope;
  private final List<Tensor> inputs;

  Call(String function, List<Object> arguments, Map<String, Object> keywords, Dim flops) {
    this(function, arguments, keywords, flops, 0);
  }

  /**
   * A call that gives several tensors, which {@link #ELEMENT}s tell apart.
   *
   * @param results how many; 0 for a call that gives one tensor by itself
   */
  Call(
      String function,
      List<Object> arguments,
      Map<String, Object> keywords,
      Dim flops,
      int results) {
    this(function, arguments, keywords, flops, results, site(), Scope.current());
  }

  private Call(
      String function,
      List<?> arguments,
      Map<String, ?> keywords,
      Dim flops,
      int results,
      StackTraceElement site,
      String scope) {
    this.function = function;
    this.arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
    this.keywords = new TreeMap<>(keywords);
    this.flops = flops;
    this.results = results;
    this.site = site;
    this.scope = scope;
    List<Tensor> read = new ArrayList<>();
    collect(this.arguments, read);
    collect(this.keywords.values(), read);
    this.inputs = List.copyOf(read);
  }

  private static StackTraceElement site() {
    return WALKER.walk(
        frames ->
            frames
                .filter(frame -> !RECORDERS.contains(frame.getClassName()))
                .findFirst()
                .map(StackWalker.StackFrame::toStackTraceElement)
                .orElse(null));
  }

  /** Another call in the place of this one. */
  Call instead(String other, List<Object> with, int givenResults) {
    return new Call(other, with, Map.of(), Dim.of(0), givenResults, site, scope);
  }

  /** The same call with keyword arguments. */
  Call with(Map<String, Object> others) {
    return new Call(function, arguments, others, flops, results, site, scope);
  }

  /** The same call with other inputs; this where these are the same. */
  Call reading(UnaryOperator<Tensor> read) {
    if (inputs().stream().allMatch(input -> read.apply(input) == input)) {
      return this;
    }
    Map<String, Object> others = new TreeMap<>();
    keywords.forEach((name, argument) -> others.put(name, reading(argument, read)));
    List<?> all = (List<?>) reading(arguments, read);
    return new Call(function, all, others, flops, results, site, scope);
  }

  private static Object reading(Object argument, UnaryOperator<Tensor> read) {
    if (argument instanceof Tensor tensor) {
      return read.apply(tensor);
    } else if (argument instanceof Property property) {
      return new Property(property.function(), read.apply(property.of()));
    } else if (argument instanceof List<?> list) {
      List<Object> all = new ArrayList<>();
      list.forEach(each -> all.add(reading(each, read)));
      return all;
    }
    return argument;
  }

  String function() {
    return function;
  }

  List<Object> arguments() {
    return arguments;
  }

  Map<String, Object> keywords() {
    return keywords;
  }

  Dim flops() {
    return flops;
  }

  /**
   * The operations of the gradients by the inputs that have any: as many for each factor as the
   * product takes, and none for a bias. Attention is two products: scores of queries and keys, and
   * weights with values; on the way back to the former the gradient of the weights is one more.
   */
  Dim gradientFlops(Predicate<Tensor> depends) {
    if (!function.equals(ATTENTION)) {
      return flops.times(
          inputs().stream()
              .filter(input -> input.shape().rank() > 1 && depends.test(input))
              .count());
    }
    Tensor queries = (Tensor) arguments.get(0);
    Tensor keys = (Tensor) arguments.get(1);
    Tensor values = (Tensor) arguments.get(2);
    Dim ofScores = queries.shape().size().times(keys.shape().dim(2)).times(2);
    Dim ofWeights = flops.minus(ofScores);
    long scored = Stream.of(queries, keys).filter(depends).count();
    Dim gradients = ofScores.times(scored);
    gradients = scored > 0 ? gradients.plus(ofWeights) : gradients;
    return depends.test(values) ? gradients.plus(ofWeights) : gradients;
  }

  /** How many tensors there are to be told apart; 0 where the result is one. */
  int results() {
    return results;
  }

  /** Whether the result has no memory of its own. */
  boolean isView() {
    return results > 0 || VIEWS.contains(function);
  }

  /** Whether it gives the same for the same inputs, and does nothing else. */
  boolean isPure(boolean training) {
    if (function.equals(DROPOUT)) {
      return !training;
    }
    if (function.equals(ATTENTION)) {
      return !training || arguments.get(4).equals(0.0);
    }
    return !IMPURE.matcher(function).find();
  }

  /** Whether an argument is a size that a batch decides. */
  boolean readsSizes() {
    return readsSizes(arguments) || readsSizes(keywords.values());
  }

  private static boolean readsSizes(Collection<?> arguments) {
    return arguments.stream()
        .anyMatch(
            argument ->
                argument instanceof Dim dim
                    ? !dim.symbols().isEmpty()
                    : argument instanceof List<?> list && readsSizes(list));
  }

  /**
   * Whether it is a call of an operator with such arguments as a method of {@link Tensor} records.
   * One that {@linkplain Tensor#call names} the operator may have others, which mean something
   * else.
   *
   * @param types of the arguments behind the first, which is a tensor; indices count from 0
   */
  boolean has(String operator, Class<?>... types) {
    boolean isAlike =
        function.equals(operator)
            && keywords.isEmpty()
            && arguments.size() == types.length + 1
            && arguments.get(0) instanceof Tensor;
    for (int i = 0; isAlike && i < types.length; i++) {
      Object argument = arguments.get(i + 1);
      isAlike = types[i].isInstance(argument) && !(argument instanceof Long index && index < 0);
    }
    return isAlike;
  }

  /** Whether it is a product with a matrix that a bias is added to. */
  boolean isBiasedProduct() {
    return has(LINEAR, Tensor.class, Tensor.class);
  }

  /** Whether it is a part of a tensor along a dimension, without gaps. */
  boolean isSlice() {
    return has(SLICE, Long.class, Dim.class, Dim.class, Long.class) && arguments.get(4).equals(1L);
  }

  /** Whether gradients end here. */
  boolean isDetached() {
    return function.equals(DETACH);
  }

  /** For messages: the operator, who asked for it, and where. */
  String described() {
    String operator =
        function.equals(ELEMENT)
            ? "result %s of %s".formatted(arguments.get(1), inputs().get(0).call().function)
            : function;
    return operator
        + (scope.isEmpty() ? "" : " of " + scope)
        + (site == null ? "" : ", recorded at " + site);
  }

  /**
   * A failure with the place of the first operator that depends on some leaves, if any does: one of
   * a method, which may have kept what the host made of them, rather than the host's own.
   */
  static GraftException located(
      GraftException failure, Set<Tensor> leaves, Collection<Tensor> outputs) {
    Set<Tensor> dependent = new HashSet<>(leaves);
    List<Tensor> found = new ArrayList<>();
    for (Tensor node : Program.inOrder(outputs, each -> false)) {
      if (!node.isLeaf() && node.call().inputs().stream().anyMatch(dependent::contains)) {
        dependent.add(node);
        found.add(node);
      }
    }
    return found.stream()
        .filter(node -> !node.call().scope().isEmpty())
        .findFirst()
        .or(() -> found.stream().findFirst())
        .map(node -> failure.line("where", node.call().described()))
        .orElse(failure);
  }

  String scope() {
    return scope;
  }

  /** The nodes that this one reads. */
  List<Tensor> inputs() {
    return inputs;
  }

  private static void collect(Collection<?> arguments, List<Tensor> into) {
    for (Object argument : arguments) {
      if (argument instanceof Tensor tensor) {
        into.add(tensor);
      } else if (argument instanceof Property property) {
        into.add(property.of());
      } else if (argument instanceof List<?> list) {
        collect(list, into);
      }
    }
  }
}
