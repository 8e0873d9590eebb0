package dev.graft.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was declared of operators, compared with what PyTorch gives. Looked at are those that were
 * recorded within a {@link Scope}: by methods.
 */
public final class Declarations {
  /** By the numbers that TorchScript names them with. */
  private static final List<String> TYPES =
      List.of(
          "uint8",
          "int8",
          "int16",
          "int32",
          "int64",
          "float16",
          "float32",
          "float64",
          "complex32",
          "complex64",
          "complex128",
          "bool",
          "qint8",
          "quint8",
          "qint32",
          "bfloat16");

  private Declarations() {}

  /**
   * A declaration that does not hold.
   *
   * @param where the operator, whose it is and the line that recorded it
   * @param declared the shape and type it should have, in words
   * @param found those it has
   */
  public record Wrong(String where, String declared, String found) {}

  /**
   * {@return the first of a program's operators whose result has another shape or type than was
   * declared: those behind it may be wrong because of it}
   *
   * @param program which is run with its own values, in its own precision
   * @param device where the values lie
   * @param weights as {@link Program#compile} takes them
   * @param values as {@link CompiledProgram#run(Values, Values)} takes them
   * @param inputs the batch, which decides sizes
   */
  public static Optional<Wrong> firstWrong(
      Program program, Device device, Values weights, Values values, Values inputs) {
    List<Tensor> declared =
        Program.inOrder(program.outputs(), node -> false).stream()
            .filter(node -> !node.isLeaf() && !node.call().scope().isEmpty())
            .filter(node -> node.call().results() == 0)
            .toList();
    if (declared.isEmpty()) {
      return Optional.empty();
    }
    Set<String> symbols = new LinkedHashSet<>();
    declared.forEach(node -> node.shape().dims().forEach(dim -> symbols.addAll(dim.symbols())));
    List<Tensor> measured = new ArrayList<>();
    // With a number in front, since an empty list would be one of tensors.
    measured.add(
        numbers(Stream.concat(Stream.of(Dim.ONE), symbols.stream().map(Dim::symbol)).toList()));
    for (Tensor node : declared) {
      measured.add(numbers(new Call.Property("torch.size", node)));
      measured.add(numbers(List.of(new Call.Property("ops.prim.dtype", node))));
    }
    try (CompiledProgram compiled = program.giving(measured).compile(device, weights);
        Values results = compiled.run(values, inputs)) {
      Map<String, Long> sizes = new HashMap<>();
      symbols.forEach(symbol -> sizes.put(symbol, results.get(0).longs()[sizes.size() + 1]));
      for (int i = 0; i < declared.size(); i++) {
        long[] shape = results.get(2 * i + 1).longs();
        int type = (int) results.get(2 * i + 2).longs()[0];
        Tensor node = declared.get(i);
        long[] expected = node.shape().at(sizes);
        int code = node.type().code(program.precision());
        if (!Arrays.equals(shape, expected) || type != code) {
          String declaration =
              "%s of %s, here %s".formatted(node.shape(), node.type(), described(expected, code));
          return Optional.of(
              new Wrong(node.call().described(), declaration, described(shape, type)));
        }
      }
      return Optional.empty();
    }
  }

  /** A vector of what PyTorch says, or of sizes. */
  private static Tensor numbers(Object numbers) {
    return Tensor.call(
        "torch.tensor",
        Shape.SCALAR,
        Type.INT64,
        Dim.of(0),
        List.of(numbers),
        Map.of("dtype", Type.INT64));
  }

  private static String described(long[] shape, int type) {
    return Shape.of(shape) + " of " + TYPES.get(type);
  }
}
