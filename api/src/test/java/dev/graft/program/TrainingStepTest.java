package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.TestDevice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TrainingStepTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();
  private final Tensor x =
      Tensor.leaf(Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.of(2)), Type.REAL);
  private final Tensor y = Tensor.leaf(Source.INPUT, "y", Shape.of(Dim.symbol("B")), Type.REAL);
  private final Tensor w = Tensor.leaf(Source.VALUE, "w", Shape.of(1, 2), Type.REAL);
  private final Tensor b = Tensor.leaf(Source.VALUE, "b", Shape.of(1), Type.REAL);
  private final Tensor count = Tensor.leaf(Source.VALUE, "count", Shape.SCALAR, Type.REAL);
  private final Value counted = cpu.own(device.create("count", new float[] {0}));
  private final Values current =
      owned(
          device.create("w", new float[] {1, -1}, 1, 2), device.create("b", new float[] {0.5f}, 1));
  private final Values batch =
      owned(
          device.create("x", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2),
          device.create("y", new float[] {1, 0, 1, 0}, 4));

  private Values owned(Value... values) {
    return cpu.own(Values.owning(List.of(values)));
  }

  private TrainingStep step(double dropout, AdamW adamW) {
    return TrainingStep.builder(device, Precision.FLOAT32)
        .values(List.of(w, b), current)
        .inputs(List.of(x, y))
        .trained(List.of(new Trained(w, 1, 0.1), new Trained(b, 2, 0)))
        .loss(x.dropout(dropout).linear(w, b).squeeze(1).meanSquaredError(y))
        .optimizer(adamW)
        .build();
  }

  @Test
  void gradientsAreThoseOfTheFormula() {
    try (TrainingStep step = step(0, AdamW.DEFAULT)) {
      // residuals: w x + b - y = -0.5 - y = (-1.5, -0.5, -1.5, -0.5)
      TrainingStep.Gradients gradients = step.gradients(batch, 0);
      assertThat(gradients.loss()).isEqualTo(1.25f, within(1e-6f));
      assertThat(gradients.of().get(w)).containsExactly(new float[] {-7f, -9f}, within(1e-5f));
      assertThat(gradients.of().get(b)).containsExactly(new float[] {-2f}, within(1e-6f));
    }
  }

  @Test
  void aStepIsTheFormulaOfAdamWWithClippingRateFactorsAndDecay() {
    try (TrainingStep step = step(0, new AdamW(0.9, 0.999, 1e-8, 1.0))) {
      float[] result = step.step(batch, 0.01, 0);
      assertThat(result[1]).isEqualTo((float) Math.sqrt(49 + 81 + 4), within(1e-4f));
      // Adam's first step is the rate times the sign of the gradient; decay is decoupled.
      assertThat(current.get(0).floats())
          .containsExactly(
              new float[] {1 - 0.01f * 0.1f + 0.01f, -1 + 0.01f * 0.1f + 0.01f}, within(1e-6f));
      assertThat(current.get(1).floats()).containsExactly(new float[] {0.52f}, within(1e-6f));
    }
  }

  @Test
  void aStepIsUnderWayFromItsLaunchUntilItsLossIsRead() throws InterruptedException {
    long pause = 30_000_000;
    try (TrainingStep step = step(0, AdamW.DEFAULT)) {
      step.step(batch, 0.01, 0);
      step.accumulate(batch, 0.5, 0);
      step.step(batch, 0.01, 0.5, 1);
      step.gradients(batch, 0);
      Thread.sleep(pause / 1_000_000);
      for (boolean isAccumulated : new boolean[] {false, true}) {
        long before = device.steppingNanos();
        long begin = System.nanoTime();
        for (int i = 0; i < 3; i++) {
          if (isAccumulated) {
            step.accumulate(batch, 0.5, 0);
            step.step(batch, 0.01, 0.5, 1);
          } else {
            step.step(batch, 0.01, 0);
          }
          Thread.sleep(pause / 1_000_000);
        }
        long all = System.nanoTime() - begin;
        assertThat(device.steppingNanos() - before).isPositive().isLessThan(all - 3 * pause);
      }
      long ended = device.steppingNanos();
      assertThatThrownBy(() -> step.step(wrong(), 0.01, 0)).isInstanceOf(RuntimeException.class);
      assertThat(device.steppingNanos()).as("of a step that failed").isEqualTo(ended);
    }
  }

  /** Of another width. */
  private Values wrong() {
    return owned(
        device.create("x", new float[] {1, 2, 3}, 1, 3), device.create("y", new float[] {1}, 1));
  }

  @Test
  void accumulatedHalvesAreTheWholeBatch() {
    Values first =
        owned(
            device.create("x", new float[] {1, 2, 3, 4}, 2, 2),
            device.create("y", new float[] {1, 0}, 2));
    Values second =
        owned(
            device.create("x", new float[] {5, 6, 7, 8}, 2, 2),
            device.create("y", new float[] {1, 0}, 2));
    try (TrainingStep whole = step(0, AdamW.DEFAULT)) {
      whole.step(batch, 0.01, 0);
      whole.step(batch, 0.01, 1);
    }
    float[] expected = current.get(0).floats();
    assertThat(expected[0]).isGreaterThan(1.01f);
    Values again =
        owned(
            device.create("w", new float[] {1, -1}, 1, 2),
            device.create("b", new float[] {0.5f}, 1));
    try (TrainingStep halves =
        TrainingStep.builder(device, Precision.FLOAT32)
            .values(List.of(w, b), again)
            .inputs(List.of(x, y))
            .trained(List.of(new Trained(w, 1, 0.1), new Trained(b, 2, 0)))
            .loss(x.linear(w, b).squeeze(1).meanSquaredError(y))
            .build()) {
      for (int i = 0; i < 2; i++) {
        halves.accumulate(first, 0.5, 0);
        halves.step(second, 0.01, 0.5, 0);
      }
    }
    assertThat(again.get(0).floats()).containsExactly(expected, within(1e-6f));
  }

  private TrainingStep halfStep(double lossFactor, AdamW adamW) {
    Values all = Values.borrowing(List.of(current.get(0), current.get(1), counted));
    Tensor loss = x.linear(w, b).squeeze(1).meanSquaredError(y).times(lossFactor);
    return TrainingStep.builder(device, Precision.FLOAT16)
        .values(List.of(w, b, count), all)
        .inputs(List.of(x, y))
        .trained(List.of(new Trained(w, 1, 0), new Trained(b, 1, 0)))
        .loss(loss)
        .optimizer(adamW)
        .afterStep(Map.of(count, count.plus(1)), Map.of())
        .build();
  }

  /** The batch in the precision of the program, as its inputs of type REAL are. */
  private Values halfBatch() {
    return Values.owning(
        List.of(
            half(device.create("x", new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2)),
            half(device.create("y", new float[] {1, 0, 1, 0}, 4))));
  }

  private Value half(Value value) {
    return device.converted(value, Precision.FLOAT16, false).orElseThrow();
  }

  @Test
  void gradientsTooSmallForFloat16DoNotVanish() {
    try (TrainingStep step = halfStep(2e-8, AdamW.DEFAULT);
        Values half = halfBatch()) {
      TrainingStep.Gradients gradients = step.gradients(half, 0);
      assertThat(gradients.loss()).isEqualTo(2.5e-8f, within(1e-10f));
      assertThat(gradients.of().get(w))
          .containsExactly(new float[] {-14e-8f, -18e-8f}, within(5e-9f));
    }
  }

  @Test
  void stepsWhoseGradientsOverflowFloat16AreLeftOutWithWhatFollowsThemUntilTheScaleIsSmallEnough() {
    // The gradient of w is (-7, -9) x 1000: above 65504 until the scale is at most 4.
    try (TrainingStep step = halfStep(1000, new AdamW(0.9, 0.999, 1e-8, 1.0));
        Values half = halfBatch()) {
      int skipped = 0;
      while (Float.isInfinite(step.step(half, 0.01, 0)[1])) {
        assertThat(current.get(0).floats()).containsExactly(1, -1);
        assertThat(step.state().get(4)[0]).isZero();
        assertThat(counted.number()).isZero();
        skipped++;
      }
      assertThat(skipped).isEqualTo(8);
      assertThat(step.state().get(4)[0]).isEqualTo(1);
      assertThat(counted.number()).isEqualTo(1);
      assertThat(current.get(0).floats())
          .containsExactly(new float[] {1.01f, -0.99f}, within(1e-5f));
      step.accumulate(half, 0.5, 0);
      float[] finished = step.step(half, 0.01, 0.5, 0);
      // After the first step the gradient is (-6, -7.8, -1.8) x 1000.
      assertThat(finished[1]).isEqualTo(10_004, within(100f));
      assertThat(current.get(0).floats())
          .containsExactly(new float[] {1.02f, -0.98f}, within(1e-4f));
    }
  }

  /** That of a matrix that is read transposed lies so itself, and one number may stand for all. */
  @Test
  void aStepIsThatOfItsGradientsHoweverTheyLieInMemory() {
    Tensor table = Tensor.leaf(Source.VALUE, "table", Shape.of(2, 3), Type.REAL);
    Tensor vector = Tensor.leaf(Source.VALUE, "vector", Shape.of(50), Type.REAL);
    List<Tensor> leaves = List.of(table, vector);
    for (double clipNorm : new double[] {0, 1e6}) {
      for (boolean accumulating : new boolean[] {false, true}) {
        float[] before = {1, 2, 3, 4, 5, 6};
        Values values =
            owned(device.create("table", before, 2, 3), device.create("vector", new float[50], 50));
        try (TrainingStep step =
            TrainingStep.builder(device, Precision.FLOAT32)
                .values(leaves, values)
                .inputs(List.of(x, y))
                .trained(leaves.stream().map(leaf -> new Trained(leaf, 1, 0)).toList())
                .loss(x.linear(table.transpose(0, 1)).squared().mean().plus(vector.sum()))
                .optimizer(new AdamW(0.9, 0.999, 100, clipNorm))
                .build()) {
          float[] g = step.gradients(batch, 0).of().get(table);
          if (accumulating) {
            step.accumulate(batch, 0.5, 0);
            step.step(batch, 1, 0.5, 0);
          } else {
            step.step(batch, 1, 0);
          }
          float[] after = values.get(0).floats();
          for (int i = 0; i < g.length; i++) {
            assertThat(before[i] - after[i])
                .isEqualTo(g[i] / (Math.abs(g[i]) + 100), within(1e-5f));
          }
          for (float each : values.get(1).floats()) {
            assertThat(each).isEqualTo(-1f / 101, within(1e-6f));
          }
        }
      }
    }
  }

  @Test
  void dropoutIsDecidedByTheSeed() {
    try (TrainingStep step = step(0.5, AdamW.DEFAULT)) {
      float[] one = step.gradients(batch, 1).of().get(w);
      assertThat(step.gradients(batch, 2).of().get(w)).isNotEqualTo(one);
      assertThat(step.gradients(batch, 1).of().get(w)).isEqualTo(one);
    }
  }

  @Test
  void aThousandStepsLeakNothing() {
    try (TrainingStep step = step(0.1, AdamW.DEFAULT)) {
      step.step(batch, 0.01, 0);
      int before = device.liveTensors();
      for (int i = 1; i <= 1000; i++) {
        step.step(batch, 1e-4, i);
      }
      assertThat(device.liveTensors()).isEqualTo(before);
    }
  }
}
