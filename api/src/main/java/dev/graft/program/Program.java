package dev.graft.program;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A graph with the order of its leaves: what can be counted, printed, and compiled. No value is
 * needed to make one.
 */
public final class Program {
  /**
   * The most numbers of a value whose conversion to half precision is worth keeping. It is one more
   * kernel a pass for each of a method's many small tensors, whose time is that of its launch, and
   * the copies are small. Converting a whole unfrozen host costs more (5 of 13 ms a pass of a BERT
   * of 6 layers), but what is kept for it would be half as much again as its own memory, where
   * without it one converted weight is there at a time.
   */
  private static final long MOST_CONVERTED = 1 << 18;

  private final Precision precision;
  private final Precision stored;
  private final Precision returned;
  private final List<Tensor> weights;
  private final List<Tensor> values;
  private final List<Tensor> hoisted;
  private final List<Tensor> inputs;
  private final List<Tensor> outputs;

  private Program(Builder builder) {
    this.precision = builder.precision;
    this.stored = builder.stored;
    this.returned = builder.returned;
    this.weights = List.copyOf(builder.weights);
    this.values = List.copyOf(builder.values);
    this.hoisted = List.copyOf(builder.hoisted);
    this.inputs = List.copyOf(builder.inputs);
    this.outputs = List.copyOf(builder.outputs);
  }

  /**
   * {@return an empty builder}
   *
   * @param precision of the program's real numbers, and of the frozen weights it reads
   */
  public static Builder builder(Precision precision) {
    return new Builder(precision);
  }

  /** Collects the parts of a program. Lists that are not given are empty. */
  public static final class Builder {
    private final Precision precision;
    private Precision stored;
    private Precision returned;
    private List<Tensor> weights = List.of();
    private List<Tensor> values = List.of();
    private List<Tensor> hoisted = List.of();
    private List<Tensor> inputs = List.of();
    private List<Tensor> outputs = List.of();

    private Builder(Precision precision) {
      this.precision = precision;
      this.stored = precision;
      this.returned = precision;
    }

    /**
     * Sets the precision in which weights are kept, if it is not the program's.
     *
     * @param precision of the values that the weights are bound to
     * @return this
     */
    public Builder stored(Precision precision) {
      this.stored = precision;
      return this;
    }

    /**
     * Sets the precision of outputs of type {@link Type#REAL}, if it is not the program's.
     *
     * @param precision one that Java can read, if Java is to read them
     * @return this
     */
    public Builder returned(Precision precision) {
      this.returned = precision;
      return this;
    }

    /**
     * Sets the leaves that are bound once.
     *
     * @param leaves in the order of the values they are bound to
     * @return this
     */
    public Builder weights(List<Tensor> leaves) {
      this.weights = leaves;
      return this;
    }

    /**
     * Sets the leaves that belong to grafts.
     *
     * @param leaves in the order of the values passed at each call
     * @return this
     */
    public Builder values(List<Tensor> leaves) {
      this.values = leaves;
      return this;
    }

    /**
     * Sets expressions that are not computed but read: at each call what they give is passed behind
     * the values, in the program's own precision.
     *
     * @param expressions such as {@link Program#hoistable()} finds
     * @return this
     */
    public Builder hoisted(List<Tensor> expressions) {
      this.hoisted = expressions;
      return this;
    }

    /**
     * Sets the leaves that a batch fills.
     *
     * @param leaves in the order of the batch's values
     * @return this
     */
    public Builder inputs(List<Tensor> leaves) {
      this.inputs = leaves;
      return this;
    }

    /**
     * Sets what the program computes.
     *
     * @param results in the order in which a run returns them
     * @return this
     */
    public Builder outputs(List<Tensor> results) {
      this.outputs = results;
      return this;
    }

    /** {@return the program} */
    public Program build() {
      return new Program(this);
    }
  }

  Precision precision() {
    return precision;
  }

  List<Tensor> outputs() {
    return outputs;
  }

  /** The same leaves with other outputs. */
  Program giving(List<Tensor> results) {
    return builder(precision)
        .stored(stored)
        .returned(returned)
        .weights(weights)
        .values(values)
        .inputs(inputs)
        .outputs(results)
        .build();
  }

  /** {@return the leaves that the outputs really depend on} */
  public Set<Tensor> reached() {
    return reached(outputs);
  }

  static Set<Tensor> reached(List<Tensor> outputs) {
    return inOrder(outputs, node -> false).stream()
        .filter(Tensor::isLeaf)
        .collect(Collectors.toSet());
  }

  /**
   * {@return the largest expressions that no batch changes: over values, and weights if they read
   * these too, without dropout or anything else that is random} A program that computes them, in
   * its own precision, gives what others read that are built with them as {@link Builder#hoisted}.
   * The conversion of a small value to half precision counts as an expression.
   */
  public List<Tensor> hoistable() {
    return Hoisting.of(outputs, inputs, false, value -> isConvertedOnce(value, precision));
  }

  /** Whether a copy of a value in half precision is kept. */
  static boolean isConvertedOnce(Tensor value, Precision precision) {
    return precision.isHalf()
        && value.type() == Type.REAL
        && value.source() == Tensor.Source.VALUE
        && value.shape().size().fixed() <= MOST_CONVERTED;
  }

  /**
   * {@return the floating-point operations of one run, two for a multiply-add, as a function of
   * sizes}
   */
  public Dim flops() {
    Set<Tensor> given = Set.copyOf(hoisted);
    return inOrder(outputs, given::contains).stream()
        .filter(node -> !node.isLeaf() && !given.contains(node))
        .map(node -> node.call().flops())
        .reduce(Dim.of(0), Dim::plus);
  }

  /**
   * {@return the floating-point operations of a training step, two for a multiply-add: those of the
   * outputs, and those of the gradients on the way back to some leaves} A gradient by an input of a
   * product takes as many operations as the product; where nothing is trained behind an input there
   * is none. What the optimiser does is left out, and so is what kernels compute twice.
   *
   * @param outputs whose graphs are counted, a shared node once
   * @param leaves those that are trained
   */
  public static Dim trainingFlops(List<Tensor> outputs, Set<Tensor> leaves) {
    List<Tensor> nodes = inOrder(outputs, each -> false);
    Set<Tensor> dependent = behind(nodes, leaves, call -> !call.isDetached());
    Dim flops = Dim.of(0);
    for (Tensor node : nodes) {
      if (!node.isLeaf()) {
        flops = flops.plus(node.call().flops());
        flops =
            dependent.contains(node)
                ? flops.plus(node.call().gradientFlops(dependent::contains))
                : flops;
      }
    }
    return flops;
  }

  /**
   * Which nodes depend on some leaves, these among them.
   *
   * @param nodes inputs before what reads them
   * @param passes whether a dependence on a call's inputs counts as one on its result
   */
  static Set<Tensor> behind(List<Tensor> nodes, Set<Tensor> leaves, Predicate<Call> passes) {
    Set<Tensor> dependent = new HashSet<>();
    for (Tensor node : nodes) {
      if (node.isLeaf()
          ? leaves.contains(node)
          : passes.test(node.call())
              && node.call().inputs().stream().anyMatch(dependent::contains)) {
        dependent.add(node);
      }
    }
    return dependent;
  }

  /** All nodes, inputs before what reads them; those that only an end reads are left out. */
  static List<Tensor> inOrder(Collection<Tensor> outputs, Predicate<Tensor> isEnd) {
    Set<Tensor> done = new LinkedHashSet<>();
    Deque<Tensor> pending = new ArrayDeque<>(outputs);
    while (!pending.isEmpty()) {
      Tensor node = pending.peek();
      int before = pending.size();
      if (!node.isLeaf() && !isEnd.test(node)) {
        for (Tensor input : node.call().inputs()) {
          if (!done.contains(input)) {
            pending.push(input);
          }
        }
      }
      if (pending.size() == before) {
        done.add(pending.pop());
      }
    }
    return List.copyOf(done);
  }

  /**
   * {@return the program as text: TorchScript, one operator a line} Equal texts are equal programs.
   */
  public String source() {
    NativeModule.Method method = method(Values.borrowing(List.of()), Kernels.CPU);
    return String.join("\n", method.lines()) + "\nreturn " + method.result() + "\n";
  }

  /** The text for weights as they are kept, or as they may be. */
  NativeModule.Method method(Values bound, Kernels kernels) {
    SourceCode source = new SourceCode(kernels, precision);
    if (stored == precision && bound.size() > 0) {
      source.align(weights, bound);
    }
    source.read("x", inputs);
    define(source, "w", weights, stored);
    // Values are kept in 32 bits.
    define(source, "g", values, Precision.FLOAT32);
    for (int i = 0; i < hoisted.size(); i++) {
      source.define(hoisted.get(i), "g[" + (values.size() + i) + "]");
    }
    source.take(outputs);
    String result =
        outputs.stream()
            .map(output -> source.value(output, returned))
            .collect(Collectors.joining(", ", "[", "]"));
    return new NativeModule.Method(
        "run", List.of("g", "x"), source.lines(), source.calls(), result);
  }

  private static void define(SourceCode source, String list, List<Tensor> leaves, Precision kept) {
    for (int i = 0; i < leaves.size(); i++) {
      source.define(leaves.get(i), list + "[" + i + "]", list + i, kept);
    }
  }

  /**
   * {@return the program, ready to run on a device; the caller closes it}
   *
   * @param device where the values lie
   * @param bound the values of the weights, in the precision they are {@link Builder#stored} in;
   *     they must outlive the result
   * @throws IllegalArgumentException if there are more or fewer values than weights
   */
  public CompiledProgram compile(Device device, Values bound) {
    if (bound.size() != weights.size()) {
      throw new IllegalArgumentException(
          bound.size() + " values for " + weights.size() + " weights");
    }
    NativeModule module =
        device.compiling(
            () -> new NativeModule(device, List.of("w"), List.of(method(bound, device.kernels()))));
    module.bind(List.of(bound));
    List<Precision> results = new ArrayList<>();
    outputs.forEach(output -> results.add(output.type() == Type.REAL ? returned : null));
    return new CompiledProgram(
        module,
        Collections.unmodifiableList(results),
        new Replays(device.graphs(), described(), Replays.Changes.NOTHING));
  }

  /** For messages. */
  private String described() {
    return outputs.size() == 1
        ? "the program of " + outputs.get(0)
        : "a program of " + outputs.size() + " outputs";
  }

  /**
   * An argument of a saved module.
   *
   * @param name how it is spelled in Python
   * @param fill what stands in the argument's place, in the shape of the first one, if it is not
   *     given; without it the argument is required, as the first must be
   */
  public record Argument(String name, OptionalLong fill) {
    /**
     * {@return an argument without which the module can't be called}
     *
     * @param name how it is spelled in Python
     */
    public static Argument required(String name) {
      return new Argument(name, OptionalLong.empty());
    }

    /**
     * {@return an argument that may be left out; not for the first one}
     *
     * @param name how it is spelled in Python
     * @param fill what each element is then
     */
    public static Argument optional(String name, long fill) {
      return new Argument(name, OptionalLong.of(fill));
    }
  }

  /**
   * Writes the program and the values that it reads as a TorchScript archive, which needs nothing
   * else: a module with the values as parameters, and a method {@code forward} that takes the
   * inputs (whole numbers) and gives the only output. Values that lie on a GPU are written as of
   * the processor.
   *
   * @param out left open
   * @param arguments the inputs' names, in order
   * @param device where the values lie
   * @param bound the values of the weights
   * @param own the values of the leaves that belong to grafts
   * @throws IOException if the stream can't be written
   */
  public void save(
      OutputStream out, List<Argument> arguments, Device device, Values bound, Values own)
      throws IOException {
    SavedModule module = new SavedModule(precision, reached());
    module.hold(weights, bound, stored);
    module.hold(values, own, Precision.FLOAT32);
    module.write(out, module.code(arguments, inputs, outputs.get(0), returned), device);
  }

  @Override
  public String toString() {
    return source();
  }
}
