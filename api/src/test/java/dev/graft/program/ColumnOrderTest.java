package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.Gradients;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.TestDevice;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Matrices whose columns lie beside each other in memory. */
class ColumnOrderTest {
  private static final int IN = 3;
  private static final int OUT = 2;
  private static final float[] NUMBERS = {1, 2, 3, 4, 5, 6};

  @RegisterExtension final TestDevice cpu = new TestDevice();

  private final Tensor matrix = Tensor.leaf(Source.WEIGHT, "matrix", Shape.of(OUT, IN), Type.REAL);
  private final Tensor shift = Tensor.leaf(Source.VALUE, "shift", Shape.of(IN), Type.REAL);
  private final Tensor x =
      Tensor.leaf(
          Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.symbol("T"), Dim.of(IN)), Type.FLOAT32);

  static boolean isGpuThere() {
    return Device.gpus() > 0;
  }

  private static Value matrix(Device device) {
    return device.create("matrix", NUMBERS, OUT, IN);
  }

  private Value byColumns() {
    try (Conversion conversion = new Conversion(cpu.device());
        Value rows = matrix(cpu.device())) {
      return conversion.byColumns(rows);
    }
  }

  /** How far one row's numbers are from the next row's. */
  private static long rowStride(Device device, Value value) {
    NativeModule.Method ask =
        new NativeModule.Method(
            "ask",
            List.of("x"),
            List.of("stride = torch.full([], torch.stride(x[0], 0), dtype=4)"),
            Arrays.asList((Call) null),
            "[stride]");
    try (NativeModule module = new NativeModule(device, List.of(), List.of(ask));
        Values results = module.train("ask", Values.borrowing(List.of(value)))) {
      return results.get(0).longs()[0];
    }
  }

  @Test
  void numbersAreReadRowByRowAllTheSame() {
    try (Value turned = byColumns()) {
      assertThat(rowStride(cpu.device(), turned)).isEqualTo(1);
      assertThat(turned.shape()).containsExactly(OUT, IN);
      assertThat(turned.name()).isEqualTo("matrix");
      assertThat(turned.floats()).containsExactly(NUMBERS);
    }
  }

  /** Products, slices of the matrix, and what is computed from it alone. */
  private Gradients gradients(Value weight) {
    Tensor shifted = x.to(Type.REAL).plus(shift);
    Tensor both = shifted.linear(matrix).plus(shifted.linear(matrix.slice(0, 1, 2)));
    Tensor loss = both.times(both).mean().plus(matrix.times(matrix).mean());
    try (Values weights = Values.owning(List.of(weight));
        Values values = Values.owning(List.of(cpu.device().create("shift", new float[IN], IN)));
        Values batch =
            Values.owning(
                List.of(cpu.device().create("x", new float[] {1, -2, 3, .5f, 0, 4}, 1, 2, IN)));
        TrainingStep step =
            TrainingStep.builder(cpu.device(), Precision.FLOAT32)
                .weights(List.of(matrix), weights)
                .values(List.of(shift), values)
                .inputs(List.of(x))
                .trained(List.of(new Trained(shift, 1, 0)))
                .loss(loss)
                .build()) {
      return step.gradients(batch, 0);
    }
  }

  @Test
  void resultsAndGradientsDoNotDependOnIt() {
    Gradients rows = gradients(matrix(cpu.device()));
    Gradients columns = gradients(byColumns());

    assertThat(columns.loss()).isEqualTo(rows.loss());
    assertThat(columns.of().get(shift)).containsExactly(rows.of().get(shift));
  }

  @Test
  void aProcessorKeepsRows() {
    try (Value kept = cpu.device().ordered(matrix(cpu.device()), Precision.FLOAT32)) {
      assertThat(rowStride(cpu.device(), kept)).isEqualTo(IN);
    }
  }

  @Test
  @EnabledIf("isGpuThere")
  void aGpuKeepsColumnsIn32Bits() {
    try (Device gpu = Device.named("gpu");
        Value kept = gpu.ordered(matrix(gpu), Precision.FLOAT32)) {
      assertThat(rowStride(gpu, kept)).isEqualTo(1);
      assertThat(kept.floats()).containsExactly(NUMBERS);
    }
  }
}
