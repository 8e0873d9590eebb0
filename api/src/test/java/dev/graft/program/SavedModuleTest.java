package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import dev.graft.program.Tensor.Source;
import dev.graft.testing.TestDevice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SavedModuleTest {
  private static final float[] NUMBERS = {
    0, 1, -1.5f, 96, -2048, 0x1p-14f, -0x1p-24f, 0x3p-20f, -32768
  };

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();

  private Path save(Program program, Values weights, Values values, String... arguments)
      throws IOException {
    Path file = folder.resolve("program.pt");
    List<Program.Argument> all = Arrays.stream(arguments).map(Program.Argument::required).toList();
    try (OutputStream out = Files.newOutputStream(file)) {
      program.save(out, all, device, weights, values);
      out.write(new byte[0]); // is open still
    }
    return file;
  }

  private static float[] run(Path file, long... input) {
    try (ai.djl.Model model = ai.djl.Model.newInstance("saved", "PyTorch")) {
      model.load(file.getParent(), file.getFileName().toString());
      try (NDManager manager = model.getNDManager().newSubManager()) {
        NDList inputs = new NDList(manager.create(input));
        NDArray result =
            model
                .getBlock()
                .forward(new ParameterStore(manager, false), inputs, false)
                .singletonOrThrow();
        result.attach(manager);
        return result.toFloatArray();
      }
    } catch (IOException | MalformedModelException e) {
      throw new AssertionError(e);
    }
  }

  private static Tensor leaf(Source source, String name, Type type, long... shape) {
    return Tensor.leaf(source, name, Shape.of(shape), type);
  }

  /** Numbers that all three precisions have, subnormal ones of 16 bits among them. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void numbersComeBackBitForBit(Precision precision) throws IOException {
    Tensor w = leaf(Source.WEIGHT, "a.weight", Type.REAL, 9);
    Tensor x = leaf(Source.INPUT, "x", Type.INT64, 9);
    Program program =
        Program.builder(Precision.FLOAT32)
            .stored(precision)
            .weights(List.of(w))
            .inputs(List.of(x))
            .outputs(List.of(w.to(Type.FLOAT32).plus(x.to(Type.FLOAT32))))
            .build();
    try (Value value = device.create("w", NUMBERS, 9)) {
      try (Values none = Values.borrowing(List.of());
          Value kept =
              device.converted(device.create("w", NUMBERS, 9), precision, false).orElseThrow()) {
        Path file = save(program, Values.borrowing(List.of(kept)), none, "x");
        assertThat(run(file, new long[9])).isEqualTo(value.floats());
      }
    }
  }

  @Test
  void tensorsOfOneNameAreKeptApart() throws IOException {
    Tensor w = leaf(Source.WEIGHT, "a.b", Type.REAL, 2);
    Tensor unread = leaf(Source.WEIGHT, "a.c", Type.REAL, 2);
    Tensor g = leaf(Source.VALUE, "a.b", Type.REAL, 2);
    Tensor odd = leaf(Source.VALUE, "training", Type.REAL, 2);
    Tensor x = leaf(Source.INPUT, "x", Type.INT64, 2);
    Program program =
        Program.builder(Precision.FLOAT32)
            .weights(List.of(unread, w))
            .values(List.of(g, odd))
            .inputs(List.of(x))
            .outputs(List.of(w.minus(g).times(odd).plus(x.to(Type.REAL))))
            .build();
    try (Values weights =
            Values.owning(
                List.of(
                    device.create("c", new float[] {100, 100}, 2),
                    device.create("w", new float[] {5, 7}, 2)));
        Values values =
            Values.owning(
                List.of(
                    device.create("g", new float[] {1, 2}, 2),
                    device.create("odd", new float[] {10, 20}, 2)))) {
      assertThat(run(save(program, weights, values, "x"), 1, 2)).containsExactly(41, 102);
      assertThat(Files.size(folder.resolve("program.pt"))).isLessThan(4000);
    }
  }
}
