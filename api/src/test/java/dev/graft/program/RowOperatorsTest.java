package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.program.Tensor.Source;
import dev.graft.testing.TestDevice;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operators whose parameters each row of a batch has of its own. */
class RowOperatorsTest {
  private static final Dim B = Dim.symbol("B");

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();
  private final Tensor x = input("x", Shape.of(B, Dim.of(1), Dim.of(2)));
  private final Tensor weight = input("w", Shape.of(B, Dim.of(3), Dim.of(2)));
  private final Tensor bias = input("b", Shape.of(B, Dim.ONE, Dim.of(3)));

  private static Tensor input(String name, Shape shape) {
    return Tensor.leaf(Source.INPUT, name, shape, Type.REAL);
  }

  private float[] run(Tensor output) {
    Program program =
        Program.builder(Precision.FLOAT32)
            .inputs(List.of(x, weight, bias))
            .outputs(List.of(output))
            .build();
    try (Values none = Values.borrowing(List.of());
        Values inputs =
            Values.owning(
                List.of(
                    device.create("x", new float[] {1, 2, 3, 5}, 2, 1, 2),
                    device.create("w", new float[] {1, 0, 0, 1, 1, 1, 2, 0, 0, 2, -1, 1}, 2, 3, 2),
                    device.create("b", new float[] {0, 0, 0, 1, 2, 3}, 2, 1, 3)));
        CompiledProgram compiled = program.compile(device, none);
        Values results = compiled.run(none, inputs)) {
      return results.get(0).floats();
    }
  }

  @Test
  void eachRowHasAWeightAndABias() {
    assertThat(run(x.linear(weight))).isCloseTo(new float[] {1, 2, 3, 6, 10, 2}, 0);
    assertThat(run(x.linear(weight, bias))).isCloseTo(new float[] {1, 2, 3, 7, 12, 5}, 0);
    Assertions.assertThat(x.linear(weight, bias).shape())
        .isEqualTo(Shape.of(B, Dim.ONE, Dim.of(3)));
    assertThatThrownBy(() -> x.linear(weight.transpose(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void eachRowHasANormOfItsOwn() {
    Tensor scale = x.times(0).plus(3);
    Tensor normed = x.layerNorm(scale, x, 0);
    assertThat(run(normed)).isCloseTo(new float[] {-3 + 1, 3 + 2, -3 + 3, 3 + 5}, 1e-6);
  }

  @Test
  void oneOrTheOtherByACondition() {
    Tensor first = x.slice(2, 0, 1);
    Tensor chosen = x.times(10).where(first.equalTo(1), x);
    assertThat(run(chosen)).isCloseTo(new float[] {10, 20, 3, 5}, 0);
    assertThatThrownBy(() -> x.where(x, x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("where: the condition is of type REAL");
    assertThatThrownBy(() -> x.where(x.equalTo(1), x.to(Type.FLOAT32)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("where: the types REAL and FLOAT32");
  }

  @Test
  void graphsAreAlikeByOperatorsConstantsAndLeavesButNotByDropout() {
    Tensor one = x.dropout(0.5).linear(weight).times(2).softmax(-1);
    Assertions.assertThat(one.computesLike(x.linear(weight).times(2).softmax(-1))).isTrue();
    Assertions.assertThat(one.computesLike(x.linear(weight).times(3).softmax(-1))).isFalse();
    Assertions.assertThat(one.computesLike(x.linear(weight).times(2).softmax(1))).isFalse();
    Assertions.assertThat(one.computesLike(x.linear(weight, bias).times(2).softmax(-1))).isFalse();
    Assertions.assertThat(x.computesLike(input("x", x.shape()))).isFalse();
    Assertions.assertThat(Tensor.concat(0, x, x).computesLike(Tensor.concat(0, x, x))).isTrue();
    Assertions.assertThat(x.computesLike(one)).isFalse();
  }
}
