package dev.graft.program;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a training step in half precision reads of small values that are kept in 32 bits: copies,
 * all of them written at once before the forward pass. After the way back all of their gradients
 * are widened at once too. A method has many of these values, and the time of converting one is
 * that of its launch: 52 of them take a GPU 0.7 ms one by one, and 0.02 ms together.
 */
final class HalfCopies {
  /** The list of the copies, that of what they are of, and that of the widened gradients. */
  static final List<String> LISTS = List.of("half", "kept", "wide");

  /** The method that makes the copies. */
  static final String MAKE = "halve";

  /** For what reads each value as it is kept. */
  static final HalfCopies NONE = new HalfCopies(Precision.FLOAT32, List.of(), List.of());

  private final Precision precision;
  private final List<Tensor> leaves;
  private final List<Tensor> trained;

  private HalfCopies(Precision precision, List<Tensor> leaves, List<Tensor> trained) {
    this.precision = precision;
    this.leaves = leaves;
    this.trained = trained;
  }

  /**
   * Those of the values that a loss reads in half precision and no other. A large one is better
   * converted by itself: its gradient in half precision is gone before the next one is there.
   */
  static HalfCopies of(
      Tensor loss, List<Tensor> values, List<Tensor> trained, Precision precision) {
    if (!Optimization.HALF_COPIES.isOn()) {
      return NONE;
    }
    Set<Tensor> read = Program.reached(List.of(loss));
    Set<Tensor> alsoWide = new HashSet<>();
    for (Tensor node : Program.inOrder(List.of(loss), each -> false)) {
      if (!node.isLeaf() && node.type() == Type.FLOAT32) {
        alsoWide.addAll(node.call().inputs());
      }
    }
    List<Tensor> leaves =
        values.stream()
            .filter(read::contains)
            .filter(value -> !alsoWide.contains(value))
            .filter(value -> Program.isConvertedOnce(value, precision))
            .toList();
    return new HalfCopies(precision, leaves, trained.stream().filter(leaves::contains).toList());
  }

  /** The values that there are copies of. */
  List<Tensor> leaves() {
    return leaves;
  }

  /** Those of them that gradients come to. */
  List<Tensor> trained() {
    return trained;
  }

  boolean has(Tensor value) {
    return leaves.contains(value);
  }

  /** What gives a copy. */
  String copy(Tensor value) {
    return LISTS.get(0) + "[" + leaves.indexOf(value) + "]";
  }

  /** What gives a gradient after {@link #widen}. */
  String gradient(Tensor value) {
    return LISTS.get(2) + "[" + trained.indexOf(value) + "]";
  }

  /** Writes the copies anew. */
  void write(SourceCode source) {
    if (!leaves.isEmpty()) {
      source.statement("torch._foreach_copy_(%s, %s)".formatted(LISTS.get(0), LISTS.get(1)));
    }
  }

  /** Widens the gradients that came to the copies. */
  void widen(SourceCode source, Function<Tensor, String> gradient) {
    if (!trained.isEmpty()) {
      source.statement(
          trained.stream()
              .map(gradient)
              .collect(
                  Collectors.joining(
                      ", ", "torch._foreach_copy_(%s, [".formatted(LISTS.get(2)), "])")));
    }
  }

  /** Makes them, of what is kept. */
  NativeModule.Method made() {
    String all =
        IntStream.range(0, leaves.size())
            .mapToObj(i -> "torch.to(x[%s], %s)".formatted(i, precision.code))
            .collect(Collectors.joining(", ", "[", "]"));
    return new NativeModule.Method(MAKE, List.of("x"), List.of(), List.of(), all);
  }
}
