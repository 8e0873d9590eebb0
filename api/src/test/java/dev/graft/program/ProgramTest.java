package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.program.Tensor.Source;
import dev.graft.testing.TestDevice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProgramTest {
  private static final Dim ROWS = Dim.symbol("B");

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();

  private static Tensor input(String name, Dim... dims) {
    return Tensor.leaf(Source.INPUT, name, Shape.of(dims), Type.REAL);
  }

  private static Tensor weight(String name, long... shape) {
    return Tensor.leaf(Source.WEIGHT, name, Shape.of(shape), Type.REAL);
  }

  private static Tensor value(String name, long... shape) {
    return Tensor.leaf(Source.VALUE, name, Shape.of(shape), Type.REAL);
  }

  @Test
  void aRecordedExpressionComputesWhatItSays() {
    Tensor x = input("x", ROWS, Dim.of(2));
    Tensor w = weight("w", 3, 2);
    Tensor scale = value("scale");
    Program program =
        Program.builder(Precision.FLOAT32)
            .weights(List.of(w))
            .values(List.of(scale))
            .inputs(List.of(x))
            .outputs(List.of(x.linear(w).times(scale).reshape(-1), x.sum(1)))
            .build();
    try (Value weight = device.create("w", new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        Values values = Values.owning(List.of(device.create("scale", new float[] {10})));
        Values inputs = Values.owning(List.of(device.create("x", new float[] {1, 1, 0, 2}, 2, 2)));
        CompiledProgram compiled = program.compile(device, Values.borrowing(List.of(weight)));
        Values results = compiled.run(values, inputs)) {
      assertThat(results.get(0).floats()).containsExactly(30, 70, 110, 40, 80, 120);
      assertThat(results.get(1).floats()).containsExactly(2, 2);
    }
    assertThat(program.flops().at(Map.of("B", 4L))).isEqualTo(4 * 2 * 3 * 2);
  }

  @Test
  void theSourceIsReadableAndTheSameForTheSameStructure() {
    Tensor x = input("x", ROWS, Dim.of(4));
    String source =
        Program.builder(Precision.FLOAT32)
            .inputs(List.of(x))
            .outputs(List.of(x.dropout(0.5).reshape(0, 2, -1).relu()))
            .build()
            .source();
    assertThat(source)
        .isEqualTo(
            """
            B = torch.size(x[0], 0)
            v0 = torch.reshape(x[0], [B, 2, 2])
            v1 = torch.relu(v0)
            return [v1]
            """);
  }

  @Test
  void whatIsKeptInAnotherPrecisionIsConvertedWhereItIsFirstReadAndMastersAreReadAsTheyAre() {
    Tensor x = input("x", ROWS, Dim.of(2));
    Tensor w = weight("w", 3, 2);
    Tensor v = value("v", 3);
    String source =
        Program.builder(Precision.BFLOAT16)
            .stored(Precision.FLOAT32)
            .returned(Precision.FLOAT32)
            .weights(List.of(weight("unread", 2), w))
            .values(List.of(v))
            .inputs(List.of(x))
            .outputs(List.of(x.relu().linear(w), v.to(Type.FLOAT32).squared(), v.times(2)))
            .build()
            .source();
    assertThat(source)
        .isEqualTo(
            """
            w1 = torch.to(w[1], 15)
            v1 = torch.relu(x[0])
            v2 = torch.linear(v1, w1)
            v3 = torch.to(v2, 6)
            v4 = torch.square(g[0])
            g0 = torch.to(g[0], 15)
            v6 = torch.mul(g0, 2.0)
            v7 = torch.to(v6, 6)
            return [v3, v4, v7]
            """);
  }

  @Test
  void shapesThatDoNotFitAreRefusedWhenTheyAreRecorded() {
    Tensor x = input("x", ROWS, Dim.of(4));
    assertThatThrownBy(() -> x.linear(weight("w", 3, 5)))
        .hasMessage("linear: a weight of shape (3, 5) can't act on (B, 4)");
    assertThatThrownBy(() -> x.plus(weight("b", 3)))
        .hasMessage("the shapes (B, 4) and (3) don't fit");
    assertThatThrownBy(() -> x.reshape(0, 3)).hasMessage("reshape: (B, 4) does not become (B, 3)");
  }

  @Test
  void attentionWithAMaskEqualsTheFormula() {
    Dim length = Dim.symbol("T");
    Tensor q = input("q", Dim.of(1), Dim.of(2), length, Dim.of(4));
    Tensor k = input("k", Dim.of(1), Dim.of(2), length, Dim.of(4));
    Tensor v = input("v", Dim.of(1), Dim.of(2), length, Dim.of(4));
    Shape row = Shape.of(Dim.ONE, Dim.ONE, Dim.ONE, length);
    Tensor ids = Tensor.leaf(Source.INPUT, "ids", row, Type.INT64);
    Tensor keep = ids.equalTo(1);
    Tensor byHand =
        q.matmul(k.transpose(2, 3))
            .times(0.5)
            .maskedFill(
                keep.equalTo(0).expand(Shape.of(Dim.of(1), Dim.of(2), length, length)), -1e30)
            .softmax(-1)
            .matmul(v);
    Program program =
        Program.builder(Precision.FLOAT32)
            .inputs(List.of(q, k, v, ids))
            .outputs(List.of(q.attend(k, v, keep, false, 0.1), byHand))
            .build();
    float[] numbers = new float[24];
    for (int i = 0; i < 24; i++) {
      numbers[i] = (float) Math.sin(i);
    }
    try (CompiledProgram compiled = program.compile(device, Values.borrowing(List.of()));
        Values inputs =
            Values.owning(
                List.of(
                    device.create("q", numbers, 1, 2, 3, 4),
                    device.create("k", numbers, 1, 2, 3, 4),
                    device.create("v", numbers, 1, 2, 3, 4),
                    device.create("ids", new long[] {1, 1, 0}, 1, 1, 1, 3)));
        Values results = compiled.run(Values.borrowing(List.of()), inputs)) {
      assertThat(results.get(0).floats()).containsExactly(results.get(1).floats(), within(1e-6f));
    }
  }
}
