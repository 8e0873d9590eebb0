package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.program.Tensor.Result;
import dev.graft.testing.TestDevice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operators with several results. */
class ManyResultsTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Sheet sheet = new Sheet(cpu);
  private final Tensor scores = sheet.given(new float[] {1, 5, 3, 8, 2, 9}, 2, 3);

  private static List<Tensor> top(Tensor of, Result... results) {
    return Scope.within(
        "mine", () -> Tensor.callAll("torch.topk", List.of(results), Dim.of(7), of, 2));
  }

  private static List<Tensor> top(Tensor of) {
    Shape two = of.shape().with(-1, Dim.of(2));
    return top(of, new Result(two, of.type()), new Result(two, Type.INT64));
  }

  @Test
  void eachResultIsATensorOfItsOwn() {
    List<Tensor> top = top(scores);

    List<Object> both = sheet.in(Precision.FLOAT32, top.toArray(Tensor[]::new));
    Assertions.assertThat((float[]) both.get(0)).containsExactly(5, 3, 9, 8);
    Assertions.assertThat((long[]) both.get(1)).containsExactly(1, 2, 2, 0);
    Assertions.assertThat(sheet.longs(top.get(1))).containsExactly(1, 2, 2, 0);
    Assertions.assertThat(sheet.floats(Precision.BFLOAT16, top.get(0))).containsExactly(5, 3, 9, 8);
  }

  @Test
  void gradientsFlowThroughAResult() {
    Tensor loss = top(scores).get(0).squared().sum();
    Assertions.assertThat(sheet.gradient(loss, scores)).containsExactly(0, 10, 6, 16, 0, 18);
  }

  @Test
  void operationsAndBytesAreCountedOnce() {
    List<Tensor> top = top(scores);
    Program program = Program.builder(Precision.FLOAT32).outputs(top).build();
    Assertions.assertThat(program.flops()).isEqualTo(Dim.of(7));
    Activations kept = new Activations(top, Set.of(scores), Precision.FLOAT32);
    Assertions.assertThat(kept.bytes(Kernels.CPU, Map.of())).isEqualTo(4 * 4 + 4 * 8);
  }

  @Test
  void graphsWithSeveralResultsAreComparedResultByResult() {
    Assertions.assertThat(top(scores).get(1).computesLike(top(scores).get(1))).isTrue();
    Assertions.assertThat(top(scores).get(1).computesLike(top(scores).get(0))).isFalse();
  }

  @Test
  void aRecurrentNetworkIsOneCall() {
    float[] inputs = {0.5f, -1, 2, 0.25f, 1, -0.5f};
    float[] fromInput = numbers(8 * 2, 0.7);
    float[] fromHidden = numbers(8 * 2, 1.3);
    Tensor x = sheet.given(inputs, 1, 3, 2);
    Tensor w = sheet.given(fromInput, 8, 2);
    Tensor u = sheet.given(fromHidden, 8, 2);
    Tensor start = x.zeros(Shape.of(1, 1, 2));
    Shape state = Shape.of(1, 1, 2);
    List<Tensor> lstm =
        Scope.within(
            "mine",
            () ->
                Tensor.callAll(
                    "torch.lstm",
                    List.of(
                        new Result(Shape.of(1, 3, 2), Type.REAL),
                        new Result(state, Type.REAL),
                        new Result(state, Type.REAL)),
                    Dim.of(3 * 2 * 8 * 4),
                    x,
                    List.of(start, start),
                    List.of(w, u),
                    false,
                    1,
                    0.0,
                    false,
                    false,
                    true));

    assertThat(sheet.floats(lstm.get(0))).isCloseTo(lstm(inputs, fromInput, fromHidden), 1e-6);
    Assertions.assertThat(sheet.gradient(lstm.get(2).sum(), u))
        .hasSize(16)
        .doesNotContain(Float.NaN);
  }

  private static float[] numbers(int count, double step) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) Math.sin(step * (i + 1));
    }
    return numbers;
  }

  /** Hochreiter and Schmidhuber 1997 with forget gates; gates in the order i, f, g, o. */
  private static float[] lstm(float[] x, float[] w, float[] u) {
    double[] h = new double[2];
    double[] c = new double[2];
    float[] all = new float[6];
    for (int t = 0; t < 3; t++) {
      double[] gates = new double[8];
      for (int k = 0; k < 8; k++) {
        for (int j = 0; j < 2; j++) {
          gates[k] += w[2 * k + j] * x[2 * t + j] + u[2 * k + j] * h[j];
        }
      }
      for (int j = 0; j < 2; j++) {
        c[j] = sigmoid(gates[2 + j]) * c[j] + sigmoid(gates[j]) * Math.tanh(gates[4 + j]);
        h[j] = sigmoid(gates[6 + j]) * Math.tanh(c[j]);
        all[2 * t + j] = (float) h[j];
      }
    }
    return all;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void aListIsTakenApartToo() {
    Result part = new Result(Shape.of(1, 3), Type.REAL);
    List<Tensor> rows = Tensor.callAll("torch.split", List.of(part, part), Dim.of(0), scores, 1, 0);
    Assertions.assertThat(sheet.floats(rows.get(1))).containsExactly(8, 2, 9);
  }

  @Test
  void moreOrFewerResultsThanThereAreAreRefused() {
    Result two = new Result(Shape.of(2, 2), Type.REAL);
    assertThatThrownBy(() -> sheet.floats(top(scores, two).get(0)))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("where: torch.topk of mine, recorded at")
        .hasMessageContaining("found: too many values to unpack: need 1 but found 2");
    assertThatThrownBy(() -> sheet.floats(top(scores, two, two, two).get(0)))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("found: need 3 values to unpack but found only 2");
  }

  @Test
  void severalResultsWhereOneTensorIsDeclaredAreRefused() {
    for (String function : List.of("torch.topk", "torch.split")) {
      Tensor wrong =
          Scope.within(
              "mine at layers.0",
              () -> Tensor.call(function, Shape.of(2, 2), Type.REAL, Dim.of(0), scores, 2));
      assertThatThrownBy(() -> sheet.floats(wrong.times(2)))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("where: " + function + " of mine at layers.0, recorded at")
          .hasMessageContaining("ManyResultsTest.java")
          .hasMessageContaining("Tensor.callAll");
    }
  }

  @Test
  void onlyOperatorsAreCalled() {
    assertThatThrownBy(() -> Tensor.call("element", Shape.of(2), Type.REAL, Dim.of(0), scores, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("call: 'element' is not the name of an operator, such as torch.erf");
    assertThatThrownBy(() -> Tensor.callAll("torch.topk", List.of(), Dim.of(0), scores))
        .hasMessage("callAll: torch.topk without results");
  }

  @Test
  void aDecompositionInHalfPrecisionIsComputedIn32Bits() {
    Tensor.Svd svd = scores.svd();
    Assertions.assertThat(svd.u().type()).isEqualTo(Type.REAL);
    Tensor product = svd.u().times(svd.s()).matmul(svd.vT());
    assertThat(sheet.floats(Precision.BFLOAT16, product))
        .isCloseTo(new float[] {1, 5, 3, 8, 2, 9}, 0.02);
  }
}
