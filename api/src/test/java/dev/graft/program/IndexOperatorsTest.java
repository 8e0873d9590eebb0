package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.program.Tensor.Source;
import dev.graft.testing.TestDevice;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operators over indices, sizes and truth values. */
class IndexOperatorsTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Sheet sheet = new Sheet(cpu);
  private final Tensor x = sheet.given(new float[] {1, 5, 3, 8, 2, 9}, 2, 3);
  private final Tensor index = x.numbers(2, 0, 1, 1).reshape(2, 2);

  @Test
  void elementsAreGatheredAtIndices() {
    Assertions.assertThat(sheet.floats(x.gather(1, index))).containsExactly(3, 1, 2, 2);
    Assertions.assertThat(sheet.floats(x.gather(0, x.numbers(1, 0, 1).reshape(1, 3))))
        .containsExactly(8, 5, 9);
    Assertions.assertThat(sheet.floats(Precision.BFLOAT16, x.gather(-1, index)))
        .containsExactly(3, 1, 2, 2);
    // An element that is read twice has twice the gradient.
    Assertions.assertThat(sheet.gradient(x.gather(1, index).sum(), x))
        .containsExactly(1, 0, 1, 0, 2, 0);
  }

  @Test
  void elementsAreScatteredToIndices() {
    Tensor source = sheet.given(new float[] {10, 20, 30, 40}, 2, 2);
    Tensor places = x.numbers(2, 0, 1, 0).reshape(2, 2);
    Tensor y = x.scatter(1, places, source);
    Assertions.assertThat(sheet.floats(y)).containsExactly(20, 5, 10, 40, 30, 9);
    Assertions.assertThat(sheet.floats(Precision.FLOAT16, y)).containsExactly(20, 5, 10, 40, 30, 9);
    Tensor loss = y.squared().sum();
    Assertions.assertThat(sheet.gradient(loss, source)).containsExactly(20, 40, 60, 80);
    Assertions.assertThat(sheet.gradient(loss, x)).containsExactly(0, 10, 0, 0, 0, 18);
  }

  @Test
  void indicesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> x.gather(1, x))
        .hasMessage("gather: an index (2, 3) of REAL for (2, 3) along 1");
    assertThatThrownBy(() -> x.gather(1, x.numbers(0, 1)))
        .hasMessage("gather: an index (2) of INT64 for (2, 3) along 1");
    assertThatThrownBy(() -> x.gather(1, x.numbers(0, 1, 1).reshape(3, 1)))
        .hasMessage("gather: an index (3, 1) of INT64 for (2, 3) along 1");
    assertThatThrownBy(() -> x.scatter(1, index, x))
        .hasMessage("scatter: a source (2, 3) of REAL at an index (2, 2) of a tensor of REAL");
  }

  @Test
  void zerosAndTheIdentityHaveTheTypeOfTheTensor() {
    Assertions.assertThat(sheet.floats(x.zeros(Shape.of(2, 1)))).containsExactly(0, 0);
    Assertions.assertThat(sheet.longs(index.zeros(Shape.of(1)))).containsExactly(0);
    Assertions.assertThat(sheet.floats(x.eye(2))).containsExactly(1, 0, 0, 1);
    Assertions.assertThat(sheet.longs(index.eye(2))).containsExactly(1, 0, 0, 1);
    Assertions.assertThat(sheet.floats(Precision.BFLOAT16, x.eye(2).matmul(x)))
        .containsExactly(1, 5, 3, 8, 2, 9);
  }

  @Test
  void sizesThatABatchDecidesAreNumbers() {
    Dim rows = Dim.symbol("B");
    Tensor batch = Tensor.leaf(Source.INPUT, "x", Shape.of(rows, Dim.of(2)), Type.REAL);
    Program program =
        Program.builder(Precision.FLOAT32)
            .inputs(List.of(batch))
            .outputs(
                List.of(
                    batch.size(0),
                    batch.sum(0).dividedBy(batch.size(0)),
                    batch.zeros(Shape.of(rows))))
            .build();
    try (Values none = Values.borrowing(List.of());
        Values inputs =
            Values.owning(List.of(cpu.device().create("x", new float[] {1, 2, 3, 4, 8, 9}, 3, 2)));
        CompiledProgram compiled = program.compile(cpu.device(), none);
        Values results = compiled.run(none, inputs)) {
      Assertions.assertThat(results.get(0).longs()).containsExactly(3);
      Assertions.assertThat(results.get(1).floats()).containsExactly(4, 5);
      Assertions.assertThat(results.get(2).floats()).containsExactly(0, 0, 0);
    }
    Assertions.assertThat(sheet.longs(x.size(-1))).containsExactly(3);
  }

  @Test
  void numbersAreComparedWithANumber() {
    Assertions.assertThat(sheet.booleans(x.lessThan(3)))
        .containsExactly(true, false, false, false, true, false);
    Assertions.assertThat(sheet.booleans(x.lessOrEqual(3)))
        .containsExactly(true, false, true, false, true, false);
    Assertions.assertThat(sheet.booleans(x.greaterThan(3)))
        .containsExactly(false, true, false, true, false, true);
    Assertions.assertThat(sheet.booleans(x.greaterOrEqual(3)))
        .containsExactly(false, true, true, true, false, true);
    Assertions.assertThat(sheet.booleans(index.lessThan(0.5)))
        .containsExactly(false, true, false, false);
  }

  @Test
  void truthValuesAreJoinedAndTurned() {
    Tensor small = x.lessThan(2.5);
    Tensor large = x.greaterThan(7);
    Assertions.assertThat(sheet.booleans(small.or(large)))
        .containsExactly(true, false, false, true, true, true);
    Assertions.assertThat(sheet.booleans(small.or(large).not()))
        .containsExactly(false, true, true, false, false, false);
    Assertions.assertThat(sheet.longs(small.sum())).containsExactly(2);
    Assertions.assertThat(sheet.longs(small.plus(1))).containsExactly(2, 1, 1, 1, 2, 1);
    Assertions.assertThat(sheet.longs(small.cumulativeSum(1))).containsExactly(1, 1, 1, 0, 1, 1);
  }
}
