package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Tensor.Source;
import dev.graft.testing.TestDevice;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeclarationsTest {
  private static final Dim ROWS = Dim.symbol("B");

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Tensor x = Tensor.leaf(Source.INPUT, "x", Shape.of(ROWS, Dim.of(2)), Type.REAL);

  private Optional<Declarations.Wrong> firstWrong(Precision precision, Tensor output) {
    Program program =
        Program.builder(precision).inputs(List.of(x)).outputs(List.of(output)).build();
    Value numbers = cpu.device().create("x", new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    try (Values none = Values.borrowing(List.of());
        Values inputs =
            Values.owning(
                List.of(cpu.device().converted(numbers, precision, false).orElseThrow()))) {
      return Declarations.firstWrong(program, cpu.device(), none, none, inputs);
    }
  }

  private Tensor abs(Shape shape, Type type) {
    return Scope.within("mine", () -> Tensor.call("torch.abs", shape, type, Dim.of(0), x));
  }

  @Test
  void aRightDeclarationIsRightInEveryPrecision() {
    for (Precision precision : Precision.values()) {
      assertThat(firstWrong(precision, abs(x.shape(), Type.REAL).times(2))).isEmpty();
    }
  }

  @Test
  void aWrongShapeIsFound() {
    Shape transposed = Shape.of(Dim.of(2), ROWS);
    assertThat(firstWrong(Precision.FLOAT32, abs(transposed, Type.REAL).times(2)))
        .hasValueSatisfying(
            wrong -> {
              assertThat(wrong.where())
                  .startsWith("torch.abs of mine, recorded at ")
                  .contains("DeclarationsTest.java");
              assertThat(wrong.declared()).isEqualTo("(2, B) of REAL, here (2, 3) of float32");
              assertThat(wrong.found()).isEqualTo("(3, 2) of float32");
            });
  }

  @Test
  void aWrongTypeIsFound() {
    assertThat(firstWrong(Precision.FLOAT32, abs(x.shape(), Type.FLOAT32))).isEmpty();
    assertThat(firstWrong(Precision.BFLOAT16, abs(x.shape(), Type.FLOAT32)))
        .hasValueSatisfying(
            wrong -> {
              assertThat(wrong.declared()).isEqualTo("(B, 2) of FLOAT32, here (3, 2) of float32");
              assertThat(wrong.found()).isEqualTo("(3, 2) of bfloat16");
            });
  }

  @Test
  void whatNoMethodRecordedIsNotLookedAt() {
    Tensor wrong = Tensor.call("torch.abs", Shape.of(7), Type.REAL, Dim.of(0), x);
    assertThat(firstWrong(Precision.FLOAT32, wrong)).isEmpty();
  }
}
