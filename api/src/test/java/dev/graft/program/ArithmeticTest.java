package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.testing.TestDevice;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ArithmeticTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Sheet sheet = new Sheet(cpu);
  private final Tensor x = sheet.given(new float[] {0.5f, 1, 2, 4}, 2, 2);

  @Test
  void exponentialsAndLogarithms() {
    float[] powers = new float[4];
    float[] logarithms = new float[4];
    float[] inverse = new float[4];
    float[] numbers = {0.5f, 1, 2, 4};
    for (int i = 0; i < 4; i++) {
      powers[i] = (float) Math.exp(numbers[i]);
      logarithms[i] = (float) Math.log(numbers[i]);
      inverse[i] = 1 / numbers[i];
    }
    assertThat(sheet.floats(x.exp())).isCloseTo(powers, 1e-6);
    assertThat(sheet.floats(x.log())).isCloseTo(logarithms, 1e-6);
    assertThat(sheet.floats(Precision.BFLOAT16, x.log())).isCloseTo(logarithms, 0.01);
    assertThat(sheet.gradient(x.exp().sum(), x)).isCloseTo(powers, 1e-6);
    assertThat(sheet.gradient(x.log().sum(), x)).isCloseTo(inverse, 1e-6);
  }

  @Test
  void systemsAreSolved() {
    // By Cramer's rule: the determinant of (0.5 1; 2 4) + I is 5.5, and A^-1 b = (5 -1; -2 1.5) b.
    Tensor a = x.plus(x.eye(2));
    Tensor b = sheet.given(new float[] {3, 1, 7, -2}, 2, 2);
    float[] expected = {(15 - 7) / 5.5f, (5 + 2) / 5.5f, (-6 + 10.5f) / 5.5f, (-2 - 3) / 5.5f};
    Tensor solution = a.solve(b);
    Assertions.assertThat(solution.type()).isEqualTo(Type.REAL);
    assertThat(sheet.floats(solution)).isCloseTo(expected, 1e-6);
    assertThat(sheet.floats(Precision.BFLOAT16, solution)).isCloseTo(expected, 0.02);
    // The gradient of the sum of A^-1 b by b is A^-T 1.
    float[] gradient = {(5 - 2) / 5.5f, (5 - 2) / 5.5f, 0.5f / 5.5f, 0.5f / 5.5f};
    assertThat(sheet.gradient(solution.to(Type.FLOAT32).sum(), b)).isCloseTo(gradient, 1e-6);
    assertThat(sheet.gradient(Precision.BFLOAT16, solution.to(Type.FLOAT32).sum(), b))
        .isCloseTo(gradient, 0.02);
  }

  @Test
  void systemsComeInBatches() {
    Tensor scales = sheet.given(new float[] {1, 2, 4}, 3, 1, 1);
    Tensor b = sheet.given(new float[] {4, 8}, 2, 1);
    assertThat(sheet.floats(x.eye(2).times(scales).solve(b)))
        .isCloseTo(new float[] {4, 8, 2, 4, 1, 2}, 1e-6);
    assertThatThrownBy(() -> x.solve(scales))
        .hasMessage("solve: the shapes (2, 2) and (3, 1, 1) don't fit");
    assertThatThrownBy(() -> x.size(0).reshape(1, 1).solve(x.size(0).reshape(1, 1)))
        .hasMessage("solve: the types INT64 and INT64");
    Tensor of30 = Tensor.leaf(Tensor.Source.VALUE, "a", Shape.of(7, 30, 30), Type.REAL);
    Tensor right = Tensor.leaf(Tensor.Source.VALUE, "b", Shape.of(30, 5), Type.REAL);
    Program program =
        Program.builder(Precision.FLOAT32).outputs(List.of(of30.solve(right))).build();
    Assertions.assertThat(program.flops())
        .isEqualTo(Dim.of(7 * (2 * 30 * 30 * 30 / 3 + 2 * 30 * 30 * 5)));
  }

  @Test
  void aScalarOf32BitsDecidesThePrecisionToo() {
    // PyTorch would give 16 bits, in which 1/3 is 0.333984375.
    Tensor third = x.select(0, 0).select(0, 1).to(Type.FLOAT32).dividedBy(3);
    Assertions.assertThat(x.times(third).type()).isEqualTo(Type.FLOAT32);
    assertThat(sheet.floats(Precision.BFLOAT16, x.times(third)))
        .isCloseTo(new float[] {0.5f / 3, 1 / 3f, 2 / 3f, 4 / 3f}, 1e-6);
    Tensor wide = x.to(Type.FLOAT32).times(third);
    Assertions.assertThat(sheet.floats(Precision.BFLOAT16, x.matmul(wide))).hasSize(4);
  }

  @Test
  void realNumbersAreNotMadeOfWholeOnesUnasked() {
    Tensor whole = x.numbers(1, 2);
    assertThatThrownBy(whole::exp).hasMessage("torch.exp: numbers of type INT64");
    assertThatThrownBy(() -> whole.times(0.5)).hasMessage("torch.mul: 0.5 with numbers of INT64");
    assertThatThrownBy(() -> whole.dividedBy(2)).hasMessage("torch.div: numbers of type INT64");
    assertThatThrownBy(() -> whole.dividedBy(whole))
        .hasMessage("dividedBy: the types INT64 and INT64 are whole numbers");
  }
}
