package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.TestDevice;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MatrixOperatorsTest {
  private static final float[] NUMBERS = {3, 0, 4, 1, 2, -2};

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();
  private final Tensor matrix = Tensor.leaf(Source.VALUE, "a", Shape.of(2, 3), Type.REAL);
  private final Values values = cpu.own(Values.owning(List.of(device.create("a", NUMBERS, 2, 3))));

  private List<float[]> run(Tensor... outputs) {
    Program program =
        Program.builder(Precision.FLOAT32)
            .values(List.of(matrix))
            .outputs(List.of(outputs))
            .build();
    try (Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program.compile(device, none);
        Values results = compiled.run(values, none)) {
      return results.list().stream().map(Value::floats).toList();
    }
  }

  @Test
  void aNormIsTheLengthOfRowsOrColumns() {
    List<float[]> norms = run(matrix.norm(1), matrix.norm(-2));
    assertThat(norms.get(0)).isCloseTo(new float[] {5, 3}, 1e-6);
    assertThat(norms.get(1))
        .isCloseTo(new float[] {(float) Math.sqrt(10), 2, (float) Math.sqrt(20)}, 1e-6);
  }

  @Test
  void readingNumbersThatLieInAnotherOrderLeavesNothingBehind() {
    int alive = device.liveTensors();
    assertThat(run(matrix.transpose(0, 1)).get(0)).isCloseTo(new float[] {3, 1, 0, 2, 4, -2}, 0);
    assertThat(run(matrix.select(1, 0)).get(0)).isCloseTo(new float[] {3, 1}, 0);
    Assertions.assertThat(device.liveTensors()).isEqualTo(alive);
  }

  @Test
  void theFactorsOfADecompositionMultiplyToTheMatrix() {
    Tensor.Svd svd = matrix.svd();
    Assertions.assertThat(svd.u().shape()).isEqualTo(Shape.of(2, 2));
    Assertions.assertThat(svd.vT().shape()).isEqualTo(Shape.of(2, 3));
    List<float[]> results = run(svd.u().times(svd.s()).matmul(svd.vT()), svd.s());
    assertThat(results.get(0)).isCloseTo(NUMBERS, 1e-6);
    // A A^T has the trace 34 and the determinant 25 * 9 - 25, so its eigenvalues are these.
    double root = Math.sqrt(17 * 17 - 200);
    assertThat(results.get(1))
        .isCloseTo(new float[] {(float) Math.sqrt(17 + root), (float) Math.sqrt(17 - root)}, 1e-6);
  }

  @Test
  void onlyAMatrixOfFixedShapeIsDecomposed() {
    Tensor rows = Tensor.leaf(Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.of(2)), Type.REAL);
    assertThatThrownBy(rows::svd)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("svd: not a matrix of fixed shape: (B, 2)");
  }

  @Test
  void whatIsDetachedHasNoGradient() {
    // The derivative of sum(a * a) would be 2 a; one factor is taken for a constant.
    Tensor loss = matrix.times(matrix.detach()).sum();
    try (TrainingStep step =
        TrainingStep.builder(device, Precision.FLOAT32)
            .values(List.of(matrix), values)
            .trained(List.of(new Trained(matrix, 1, 0)))
            .loss(loss)
            .build()) {
      assertThat(step.gradients(Values.borrowing(List.of()), 0).of().get(matrix))
          .isCloseTo(NUMBERS, 1e-6);
    }
  }
}
