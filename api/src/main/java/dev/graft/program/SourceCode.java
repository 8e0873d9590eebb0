package dev.graft.program;

import dev.graft.GraftException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a graph as the statements of a TorchScript function, one operator a line, in the form that
 * serialised modules have.
 */
final class SourceCode {
  private final Kernels kernels;
  private final Precision precision;
  private final boolean training;
  private final String prefix;
  private final Rewriting rewriting;
  private final Map<Tensor, String> variables = new HashMap<>();

  /** The leaves that are kept in another precision than the program's. */
  private final Map<Tensor, Kept> kept = new HashMap<>();

  /** The weights that are views of {@link AlignedRows}. */
  private final Set<Tensor> aligned = new HashSet<>();

  private final Map<String, String> sizes = new HashMap<>();
  private final Set<String> usedSizes = new LinkedHashSet<>();
  private final List<String> lines = new ArrayList<>();

  /** For each line the call that it is, or null. */
  private final List<Call> calls = new ArrayList<>();

  /** What gives a leaf's value as it is kept, and the variable for the converted one. */
  private record Kept(String expression, String variable, Precision precision) {}

  /** One that runs on any device. */
  SourceCode(Precision precision, boolean training) {
    this(Kernels.CPU, precision, training, "v");
  }

  /** One whose variables have a prefix of their own, to be appended to another. */
  SourceCode(Kernels kernels, Precision precision, boolean training, String prefix) {
    this(kernels, precision, training, prefix, new Rewriting(portable(), training));
  }

  /** One that takes no gradients. */
  SourceCode(Kernels kernels, Precision precision) {
    this(
        kernels,
        precision,
        false,
        "v",
        new Rewriting(kernels.fuseGelu(precision) ? Optimization.off() : portable(), false));
  }

  /** What is left out where kernels are not known, or something is kept for gradients. */
  private static Set<Optimization> portable() {
    Set<Optimization> off = Optimization.off();
    off.add(Optimization.FUSED_GELU);
    return off;
  }

  private SourceCode(
      Kernels kernels, Precision precision, boolean training, String prefix, Rewriting rewriting) {
    this.kernels = kernels;
    this.precision = precision;
    this.training = training;
    this.prefix = prefix;
    this.rewriting = rewriting;
  }

  /** Makes leaves the elements of a list variable. */
  void read(String list, List<Tensor> leaves) {
    for (int i = 0; i < leaves.size(); i++) {
      define(leaves.get(i), list + "[" + i + "]");
    }
  }

  /** Says which of the leaves are views of {@link AlignedRows}. */
  void align(List<Tensor> leaves, Values bound) {
    for (int i = 0; i < leaves.size(); i++) {
      if (bound.get(i).hasAlignedRows() && Optimization.ALIGNED_VOCABULARY.isOn()) {
        aligned.add(leaves.get(i));
        rewriting.align(leaves.get(i));
      }
    }
  }

  boolean isAligned(Tensor leaf) {
    return aligned.contains(leaf);
  }

  /** Makes a leaf whatever an expression gives; the expression is of the leaf's declared type. */
  void define(Tensor leaf, String expression) {
    variables.put(leaf, expression);
    if (leaf.source() == Tensor.Source.INPUT) {
      for (int axis = 0; axis < leaf.shape().rank(); axis++) {
        Dim dim = leaf.shape().dim(axis);
        if (dim.symbols().size() == 1 && dim.equals(Dim.symbol(dim.symbols().get(0)))) {
          sizes.putIfAbsent(dim.symbols().get(0), "torch.size(" + expression + ", " + axis + ")");
        }
      }
    }
  }

  /**
   * The same for a value that may be kept in another precision: it is converted where it is first
   * read, so that no more converted copies exist at a time than are needed.
   */
  void define(Tensor leaf, String expression, String variable, Precision precision) {
    boolean isOther =
        leaf.type() == Type.REAL
            ? precision != this.precision
            : leaf.type() == Type.FLOAT32
                && this.precision == Precision.FLOAT64
                && precision != this.precision;
    if (isOther) {
      variables.remove(leaf);
      kept.put(leaf, new Kept(expression, variable, precision));
    } else {
      define(leaf, expression);
    }
  }

  /** Adds a statement of one's own. */
  void statement(String text) {
    statement(text, null);
  }

  /** The same that is known to be a call. */
  void statement(String text, Call call) {
    lines.add(text);
    calls.add(call);
  }

  /** A name for the variables of the statements that follow. */
  String fresh() {
    return prefix + lines.size();
  }

  /**
   * One for statements that are repeated, of the same precision; it knows no leaf. What its nodes
   * give is of other shapes than they say, so that they are written as they were recorded.
   */
  SourceCode inner(String ownPrefix) {
    Set<Optimization> all = EnumSet.allOf(Optimization.class);
    SourceCode inner =
        new SourceCode(kernels, precision, training, ownPrefix, new Rewriting(all, training));
    inner.aligned.addAll(aligned);
    return inner;
  }

  Precision precision() {
    return precision;
  }

  /** The same in a precision, if the node is of type {@link Type#REAL}. */
  String value(Tensor result, Precision precision) {
    String variable = value(result);
    if (result.type() != Type.REAL || precision == this.precision) {
      return variable;
    }
    String converted = prefix + lines.size();
    statement(converted + " = torch.to(" + variable + ", " + precision.code + ")");
    return converted;
  }

  /** Adds the statements of another, whose leaves are its own. */
  void append(SourceCode other) {
    append(other, "");
  }

  /** The same with an indent. */
  void append(SourceCode other, String indent) {
    other.lines().forEach(line -> lines.add(indent + line));
    calls.addAll(other.calls());
  }

  /**
   * Says before their values are asked for which nodes are. Those that share others are said
   * together: what one alone reads may be written over.
   */
  void take(List<Tensor> recorded) {
    List<ChunkedLoss> chunked = new ArrayList<>();
    if (!training) { // else whoever takes the gradients does this
      for (Tensor node : Program.inOrder(recorded, this::isGiven)) {
        if (!isGiven(node)) {
          ChunkedLoss.of(node).ifPresent(chunked::add);
        }
      }
    }
    take(recorded, chunked);
    chunked.forEach(loss -> loss.write(this, Set.of(), ""));
  }

  /** The same before losses are written over chunks, which some of the nodes depend on. */
  void take(List<Tensor> recorded, List<ChunkedLoss> chunked) {
    Set<Tensor> losses = chunked.stream().map(ChunkedLoss::loss).collect(Collectors.toSet());
    List<Tensor> all = new ArrayList<>(recorded);
    chunked.forEach(loss -> all.addAll(loss.inputs()));
    rewriting.take(all, node -> isGiven(node) || losses.contains(node));
  }

  private boolean isGiven(Tensor node) {
    return variables.containsKey(node) || kept.containsKey(node);
  }

  /** The variable that holds a node's value, after the statements that compute it. */
  String value(Tensor recorded) {
    if (!rewriting.has(recorded)) {
      take(List.of(recorded));
    }
    Tensor result = rewriting.of(recorded);
    Deque<Tensor> pending = new ArrayDeque<>();
    pending.push(result);
    while (!pending.isEmpty()) {
      Tensor node = pending.peek();
      if (variables.containsKey(node)) {
        pending.pop();
        continue;
      }
      if (kept.containsKey(node)) {
        variables.put(pending.pop(), converted(kept.get(node)));
        continue;
      }
      Optional<String> same = unconverted(node);
      if (same.isPresent()) {
        variables.put(pending.pop(), same.get());
        continue;
      }
      if (node.isLeaf()) {
        throw foreign(node, result);
      }
      List<Tensor> missing =
          node.call().inputs().stream().filter(input -> !variables.containsKey(input)).toList();
      if (missing.isEmpty()) {
        variables.put(pending.pop(), write(node.call()));
      } else {
        missing.forEach(pending::push);
      }
    }
    return variables.get(result);
  }

  /** A leaf that has no value here. */
  private GraftException foreign(Tensor leaf, Tensor result) {
    GraftException failure =
        GraftException.plugin("A program reads '%s', which has no value in it.", leaf.name());
    return Call.located(failure, Set.of(leaf), List.of(result))
        .expected(readable())
        .remedy(
            "what an intervention is given, such as the batch, belongs to the pass that it is in:"
                + " penalties and changes after a step can't read it");
  }

  /** What there are values of, in words: the names of a host's weights would fill pages. */
  private String readable() {
    Set<Tensor> leaves = new LinkedHashSet<>(variables.keySet());
    leaves.addAll(kept.keySet());
    List<String> parts = new ArrayList<>();
    for (Tensor.Source source : Tensor.Source.values()) {
      List<String> names =
          leaves.stream()
              .filter(leaf -> leaf.isLeaf() && leaf.source() == source)
              .map(Tensor::name)
              .sorted()
              .toList();
      if (!names.isEmpty()) {
        parts.add(
            switch (source) {
              case WEIGHT -> "weights of the host";
              case VALUE -> "tensors of the grafts";
              case INPUT -> "the inputs " + String.join(", ", names);
            });
      }
    }
    return parts.isEmpty() ? "no leaves at all" : String.join("; ", parts);
  }

  private String converted(Kept leaf) {
    statement(leaf.variable() + " = torch.to(" + leaf.expression() + ", " + precision.code + ")");
    return leaf.variable();
  }

  /** The 32-bit value of a leaf that is kept in 32 bits is read, not rounded and widened again. */
  private Optional<String> unconverted(Tensor node) {
    if (node.isLeaf()
        || node.type() != Type.FLOAT32
        || precision == Precision.FLOAT64
        || !node.call().function().equals(Call.TO)) {
      return Optional.empty();
    }
    Kept leaf = kept.get(node.call().inputs().get(0));
    return leaf != null && leaf.precision() == Precision.FLOAT32
        ? Optional.of(leaf.expression())
        : Optional.empty();
  }

  private String write(Call call) {
    List<Object> arguments = new ArrayList<>(call.arguments());
    if (call.function().equals(Call.DROPOUT) && !training) {
      return variables.get((Tensor) arguments.get(0));
    }
    if (call.function().equals(Call.ATTENTION) && arguments.size() > 4 && !training) {
      arguments.set(4, 0.0);
    }
    String variable = prefix + lines.size();
    lines.add(target(variable, call) + " = " + expression(call, arguments));
    calls.add(call);
    return variable;
  }

  /** What is on the left of a call. PyTorch is made to refuse what is not one tensor. */
  private static String target(String variable, Call call) {
    if (call.results() > 0) {
      return IntStream.range(0, call.results())
          .mapToObj(i -> part(variable, i) + ", ")
          .collect(Collectors.joining())
          .stripTrailing();
    }
    return call.scope().isEmpty() ? variable : variable + " : Tensor";
  }

  /** The variable for one of the results of a call that has several. */
  private static String part(String variable, Object index) {
    return variable + "_" + index;
  }

  private String expression(Call call, List<Object> arguments) {
    if (call.function().equals(Call.ELEMENT)) {
      return part(variables.get((Tensor) arguments.get(0)), arguments.get(1));
    }
    if (call.function().equals(Call.LINEAR)
        && arguments.size() == 2
        && aligned.contains((Tensor) arguments.get(1))) {
      Tensor table = (Tensor) arguments.get(1);
      String all = AlignedRows.all(table, argument(table));
      return AlignedRows.used(
          table, "%s(%s, %s)".formatted(Call.LINEAR, argument(arguments.get(0)), all));
    }
    String text = arguments.stream().map(this::argument).collect(Collectors.joining(", "));
    for (Map.Entry<String, Object> keyword : call.keywords().entrySet()) {
      text += ", " + keyword.getKey() + "=" + argument(keyword.getValue());
    }
    String plain = call.function() + "(" + text + ")";
    return call.isBiasedProduct() && FewRows.gain(kernels, precision)
        ? FewRows.product(
            call.inputs().get(1).shape(),
            argument(arguments.get(0)),
            argument(arguments.get(1)),
            argument(arguments.get(2)),
            plain)
        : plain;
  }

  private String argument(Object argument) {
    if (argument == null) {
      return "None";
    } else if (argument instanceof Tensor tensor) {
      return variables.get(tensor);
    } else if (argument instanceof Dim dim) {
      usedSizes.addAll(dim.symbols());
      return dim.source();
    } else if (argument instanceof Type type) {
      return Integer.toString(type.code(precision));
    } else if (argument instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (argument instanceof String text) {
      return "\"" + text + "\"";
    } else if (argument instanceof Call.Property property) {
      return property.function() + "(" + variables.get(property.of()) + ")";
    } else if (argument instanceof List<?> list) {
      return list.stream().map(this::argument).collect(Collectors.joining(", ", "[", "]"));
    } else if (argument instanceof Double || argument instanceof Float) {
      return number(((Number) argument).doubleValue());
    } else if (argument instanceof Long || argument instanceof Integer) {
      return argument.toString();
    }
    throw new IllegalArgumentException(
        "an operator can't take a " + argument.getClass().getName() + ": " + argument);
  }

  static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a program can't hold the number " + value);
    }
    return Double.toString(value).replace("E", "e");
  }

  /** The statements, those for the sizes first. */
  List<String> lines() {
    List<String> all = new ArrayList<>();
    for (String size : usedSizes) {
      String expression = sizes.get(size);
      if (expression == null) {
        throw new IllegalArgumentException("no input of the program has the size " + size);
      }
      all.add(size + " = " + expression);
    }
    all.addAll(lines);
    return all;
  }

  /** The calls of {@link #lines()}, null where a line has none. */
  List<Call> calls() {
    List<Call> all = new ArrayList<>();
    usedSizes.forEach(size -> all.add(null));
    all.addAll(calls);
    return all;
  }
}
