package dev.graft.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** A program with its values in one archive, for any TorchScript runtime. */
final class SavedModule {
  /** How many numbers are read from the device at a time. */
  private static final long CHUNK = 1L << 22;

  /**
   * A tensor that the module holds.
   *
   * @param name of its attribute
   * @param precision of its numbers
   */
  private record Held(String name, Value value, Precision precision) {
    String storage() {
      return switch (precision) {
        case FLOAT64 -> "DoubleStorage";
        case FLOAT32 -> "FloatStorage";
        case BFLOAT16 -> "BFloat16Storage";
        case FLOAT16 -> "HalfStorage";
      };
    }

    long bytes() {
      return value.size() * precision.bytes();
    }
  }

  private final SourceCode source;
  private final Set<Tensor> reached;
  private final List<Held> held = new ArrayList<>();
  private final Set<String> names = new HashSet<>(Set.of("training", "forward"));

  /**
   * Prepares a module.
   *
   * @param reached the leaves that the program really reads
   */
  SavedModule(Precision precision, Set<Tensor> reached) {
    this.source = new SourceCode(precision, false);
    this.reached = reached;
  }

  /** Makes the leaves among the reached ones attributes. */
  void hold(List<Tensor> leaves, Values values, Precision precision) {
    for (int i = 0; i < leaves.size(); i++) {
      Tensor leaf = leaves.get(i);
      if (reached.contains(leaf)) {
        Held tensor = new Held(unique(leaf.name()), values.get(i), precision);
        source.define(leaf, "self." + tensor.name(), "k" + held.size(), precision);
        held.add(tensor);
      }
    }
  }

  private String unique(String name) {
    String plain = name.replaceAll("\\W", "_");
    String candidate = plain;
    for (int i = 2; !names.add(candidate); i++) {
      candidate = plain + "_" + i;
    }
    return candidate;
  }

  /** The code of the module, whose method {@code forward} gives one tensor. */
  String code(List<Program.Argument> arguments, List<Tensor> inputs, Tensor output, Precision as) {
    String signature =
        arguments.stream()
            .map(a -> a.name() + (a.fill().isPresent() ? ": Optional[Tensor]=None" : ": Tensor"))
            .collect(Collectors.joining(", "));
    List<String> body = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      body.addAll(input(arguments, i));
      source.define(inputs.get(i), "x" + i);
    }
    String result = source.value(output, as);
    body.addAll(source.lines());
    body.add("return " + result);
    List<String> text = new ArrayList<>();
    text.add("class Program(Module):");
    text.add(
        held.stream()
            .map(tensor -> "\"" + tensor.name() + "\", ")
            .collect(Collectors.joining("", "  __parameters__ = [", "]")));
    text.add("  __buffers__ = []");
    held.forEach(tensor -> text.add("  " + tensor.name() + " : Tensor"));
    text.add("  training : bool");
    text.add("  def forward(self: __torch__.Program, " + signature + ") -> Tensor:");
    body.forEach(line -> text.add("    " + line));
    return String.join("\n", text) + "\n";
  }

  /** An argument in 64 bits, as the program wants whole numbers. */
  private static List<String> input(List<Program.Argument> arguments, int i) {
    Program.Argument argument = arguments.get(i);
    String given = "x%s = torch.to(%s, 4)".formatted(i, argument.name());
    OptionalLong fill = argument.fill();
    return fill.isEmpty()
        ? List.of(given)
        : List.of(
            "if torch.__is__(%s, None):".formatted(argument.name()),
            "  x%s = torch.add(torch.mul(x0, 0), %s)".formatted(i, fill.getAsLong()),
            "else:",
            "  u%s = unchecked_cast(Tensor, %s)".formatted(i, argument.name()),
            "  x%s = torch.to(u%s, 4)".formatted(i, i));
  }

  /** Writes the archive; tensors are read from the device one after the other. */
  void write(OutputStream out, String code, Device device) throws IOException {
    // Java can't read numbers of 16 bits.
    NativeModule.Method widen =
        new NativeModule.Method(
            "widen",
            List.of("g", "x"),
            List.of("wide = torch.to(torch.reshape(g[0], [-1]), 6)"),
            Arrays.asList((Call) null),
            "[wide]");
    try (Archive archive = new Archive(out);
        NativeModule reader = new NativeModule(device, List.of(), List.of(widen));
        Values none = Values.borrowing(List.of())) {
      archive.module(pickle(), code);
      for (int i = 0; i < held.size(); i++) {
        Held tensor = held.get(i);
        try (Values one = Values.borrowing(List.of(tensor.value()));
            Values wide = Values.owning(reader.run("widen", one, none))) {
          NDArray flat = wide.get(0).array();
          archive.store("data/" + i, tensor.bytes(), sink -> read(flat, tensor.precision(), sink));
        }
      }
    }
  }

  private static void read(NDArray flat, Precision precision, Archive.Sink sink)
      throws IOException {
    long size = flat.getShape().size();
    for (long from = 0; from < size; from += CHUNK) {
      NDIndex range = new NDIndex().addSliceDim(from, Math.min(from + CHUNK, size));
      try (NDArray chunk = flat.get(range);
          NDArray copy = chunk.toDevice(ai.djl.Device.cpu(), true)) {
        sink.take(precision.written(copy.toFloatArray()));
      }
    }
  }

  private byte[] pickle() {
    Pickle pickle = new Pickle().global("__torch__", "Program").emptyTuple().object();
    for (int i = 0; i < held.size(); i++) {
      pickle.text(held.get(i).name());
      tensor(pickle, held.get(i), i);
    }
    return pickle.text("training").truth(false).build().end();
  }

  /** What {@code torch._utils._rebuild_tensor_v2} takes: a storage and how it is laid out. */
  private static void tensor(Pickle pickle, Held tensor, int key) {
    long[] shape = tensor.value().shape();
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    pickle.global("torch._utils", "_rebuild_tensor_v2").mark();
    pickle.mark().text("storage").global("torch", tensor.storage());
    pickle.text(Integer.toString(key)).text("cpu").number(stride).tuple().persistent();
    pickle.number(0).numbers(shape).numbers(strides).truth(false);
    pickle.global("collections", "OrderedDict").emptyTuple().call().tuple().call();
  }
}
