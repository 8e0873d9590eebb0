package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.Without;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done otherwise in half precision, where there is a GPU. */
@EnabledIf("isThere")
final class HalfPrecisionOnGpuTest {
  private static final int WIDTH = 64;
  private static final int ROWS = 16;

  private final Tensor x =
      Tensor.leaf(Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.of(WIDTH)), Type.FLOAT32);
  private final Tensor w = value("w", WIDTH, WIDTH);
  private final Tensor bias = value("bias", WIDTH);
  private final Tensor a = value("a", 4, WIDTH);
  private final Tensor b = value("b", WIDTH, 4);
  private final List<Tensor> leaves = List.of(w, bias, a, b);

  static boolean isThere() {
    return Device.gpus() > 0;
  }

  private static Tensor value(String name, long... shape) {
    return Tensor.leaf(Source.VALUE, name, Shape.of(shape), Type.REAL);
  }

  /** Numbers that half precision holds as they are. */
  private static Value numbers(Device device, String name, long... shape) {
    float[] numbers = new float[(int) Shape.of(shape).size().fixed()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i * 7919 % 65 - 32) / 64f;
    }
    return device.create(name, numbers, shape);
  }

  private Values values(Device device) {
    return Values.owning(
        leaves.stream().map(leaf -> numbers(device, leaf.name(), leaf.shape().fixed())).toList());
  }

  private float[] run(Device device, Precision precision, UnaryOperator<Tensor> activation) {
    Tensor y = activation.apply(x.to(Type.REAL).linear(w, bias));
    try (Values none = Values.borrowing(List.of());
        CompiledProgram program =
            Program.builder(precision)
                .values(leaves)
                .inputs(List.of(x))
                .outputs(List.of(y.to(Type.FLOAT32)))
                .build()
                .compile(device, none);
        Values current = values(device);
        Values batch = Values.owning(List.of(numbers(device, "x", ROWS, WIDTH)));
        Values results = program.run(current, batch)) {
      return results.get(0).floats();
    }
  }

  /** Where the results are small half precision can tell the formulas apart. */
  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void aGeluOfAProductIsTheTanhApproximation(Precision precision) {
    try (Device gpu = Device.named("gpu")) {
      float[] tanh = run(gpu, Precision.FLOAT32, Tensor::geluTanh);
      float[] exact = run(gpu, Precision.FLOAT32, Tensor::gelu);
      float[] fused = run(gpu, precision, Tensor::geluTanh);
      float[] apart =
          Without.optimisations(
              Optimization.FUSED_GELU.toString(), () -> run(gpu, precision, Tensor::geluTanh));
      assertThat(tanh).hasSize(ROWS * WIDTH).isNotEqualTo(exact);
      double rounding = precision == Precision.BFLOAT16 ? 1.0 / 256 : 1.0 / 2048;
      for (int i = 0; i < tanh.length; i++) {
        double most = rounding * Math.abs(tanh[i]) + 1e-4;
        assertThat((double) fused[i]).isBetween(tanh[i] - most, tanh[i] + most);
      }
      assertThat(difference(fused, tanh)).isLessThanOrEqualTo(difference(apart, tanh) + 1e-5);
      assertThat(difference(fused, tanh)).isLessThan(difference(fused, exact));
    }
  }

  /** The mean over what is negative. */
  private static double difference(float[] some, float[] others) {
    return IntStream.range(0, some.length)
        .filter(i -> others[i] < 0)
        .mapToDouble(i -> Math.abs(some[i] - others[i]))
        .average()
        .orElseThrow();
  }

  @Test
  void stepsThatConvertTogetherAreThoseThatConvertOneByOne() {
    List<String> one = Without.optimisations(Optimization.HALF_COPIES.toString(), this::trained);
    assertThat(trained()).isEqualTo(one);
  }

  /** With graphs and without. */
  private List<String> trained() {
    List<String> found = new ArrayList<>();
    Tensor input = x.to(Type.REAL);
    Tensor y = input.linear(w, bias).plus(input.linear(a).linear(b)).geluTanh();
    for (boolean captured : new boolean[] {false, true}) {
      try (Device gpu = Device.named("gpu")) {
        if (captured) {
          gpu.captureGraphs(Device.Capture.ON);
        }
        try (Values current = values(gpu);
            Values batch = Values.owning(List.of(numbers(gpu, "x", ROWS, WIDTH)));
            TrainingStep step =
                TrainingStep.builder(gpu, Precision.BFLOAT16)
                    .values(leaves, current)
                    .inputs(List.of(x))
                    .trained(List.of(new Trained(a, 1, 0.1), new Trained(b, 1, 0.1)))
                    .loss(y.to(Type.FLOAT32).squared().mean())
                    .build()) {
          for (int i = 0; i < 5; i++) {
            found.add(String.valueOf(step.accumulate(batch, 0.5, i)));
            found.add(Arrays.toString(step.step(batch, 0.01, 0.5, i)));
            found.add(Arrays.toString(step.step(batch, 0.01, i)));
          }
          current.list().forEach(value -> found.add(Arrays.toString(value.floats())));
        }
        assertThat(gpu.graphUse().refusals()).isEmpty();
        assertThat(gpu.graphUse().captured()).isEqualTo(captured ? 3 : 0);
      }
    }
    return found;
  }
}
