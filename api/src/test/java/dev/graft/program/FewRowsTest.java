package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Tensor.Source;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.Without;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GPU runs for products with a bias; here a processor runs it. */
class FewRowsTest {
  private static final int IN = 6;
  private static final int OUT = 96;

  /** 1024 * IN / OUT. */
  private static final int END = 64;

  @RegisterExtension final TestDevice cpu = new TestDevice();

  private final Random random = new Random(5);
  private final Tensor matrix = leaf("matrix", OUT, IN);
  private final Tensor bias = leaf("bias", OUT);
  private final Tensor x =
      Tensor.leaf(
          Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.symbol("T"), Dim.of(IN)), Type.FLOAT32);
  private final Tensor product = x.to(Type.REAL).linear(matrix, bias);

  private static Tensor leaf(String name, long... shape) {
    return Tensor.leaf(Source.VALUE, name, Shape.of(shape), Type.REAL);
  }

  private static NativeModule.Method method(Kernels kernels, Precision precision, Tensor output) {
    return Program.builder(precision)
        .values(output.call().inputs().stream().filter(Tensor::isLeaf).toList())
        .inputs(List.of(named(output)))
        .outputs(List.of(output))
        .build()
        .method(Values.borrowing(List.of()), kernels);
  }

  private static Tensor named(Tensor product) {
    return Program.reached(List.of(product)).stream()
        .filter(node -> node.isLeaf() && node.source() == Source.INPUT)
        .findFirst()
        .orElseThrow();
  }

  private Value drawn(String name, long... shape) {
    float[] numbers = new float[(int) Shape.of(shape).size().fixed()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return cpu.device().create(name, numbers, shape);
  }

  private float[] run(Kernels kernels, Values values, Values batch) {
    NativeModule.Method method = method(kernels, Precision.FLOAT32, product);
    try (NativeModule module = new NativeModule(cpu.device(), List.of("w"), List.of(method));
        Values none = Values.borrowing(List.of())) {
      module.bind(List.of(none));
      try (Values results = Values.owning(module.run(method.name(), values, batch))) {
        return results.get(0).floats();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, END - 1, END, END + 1, 200})
  void theBiasIsAddedWhateverTheNumberOfRows(int rows) {
    try (Values values = Values.owning(List.of(drawn("matrix", OUT, IN), drawn("bias", OUT)));
        Values batch = Values.owning(List.of(drawn("x", 1, rows, IN)))) {
      NumbersAssert.assertThat(run(Kernels.CUDA, values, batch))
          .isCloseTo(run(Kernels.CPU, values, batch), 1e-6);
    }
  }

  @Test
  void itIsAddedAfterTheProductWhereThereAreFew() {
    assertThat(method(Kernels.CUDA, Precision.FLOAT32, product).lines())
        .anyMatch(
            line ->
                line.endsWith(
                    "torch.add_(torch.linear(v0, g[0]), g[1])"
                        + " if torch.numel(v0) >= 192 and torch.numel(v0) < 384"
                        + " else torch.linear(v0, g[0], g[1])"));
  }

  @Test
  void elsewhereTheProductAddsIt() {
    assertThat(method(Kernels.CPU, Precision.FLOAT32, product).lines()).noneMatch(this::isAfter);
    assertThat(method(Kernels.CUDA, Precision.BFLOAT16, product).lines()).noneMatch(this::isAfter);
    Tensor narrow = x.to(Type.REAL).linear(leaf("wide", 4096, IN), leaf("bias of it", 4096));
    assertThat(method(Kernels.CUDA, Precision.FLOAT32, narrow).lines()).noneMatch(this::isAfter);
    Tensor unbiased = x.to(Type.REAL).linear(matrix);
    assertThat(method(Kernels.CUDA, Precision.FLOAT32, unbiased).lines()).noneMatch(this::isAfter);
    Without.optimisations(
        Optimization.BIAS_AFTER.toString(),
        () -> {
          assertThat(method(Kernels.CUDA, Precision.FLOAT32, product).lines())
              .noneMatch(this::isAfter);
          return null;
        });
  }

  private boolean isAfter(String line) {
    return line.contains("torch.add_");
  }
}
