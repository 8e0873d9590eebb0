package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What of a graph is computed once, and that it makes no difference. */
class HoistingTest {
  private static final Shape SQUARE = Shape.of(2, 2);
  private static final Shape SCALAR = Shape.of(new long[0]);

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();
  private final Tensor x =
      Tensor.leaf(Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.of(2)), Type.REAL);
  private final Tensor w = Tensor.leaf(Source.WEIGHT, "w", SQUARE, Type.REAL);
  private final Tensor a = Tensor.leaf(Source.VALUE, "a", SQUARE, Type.REAL);
  private final Tensor b = Tensor.leaf(Source.VALUE, "b", SQUARE, Type.REAL);
  private final Tensor s = Tensor.leaf(Source.VALUE, "s", SCALAR, Type.REAL);

  private static Tensor call(String function, Tensor... arguments) {
    return Tensor.call(function, SQUARE, Type.REAL, Dim.of(0), (Object[]) arguments);
  }

  private Program.Builder building(Precision precision, Tensor... outputs) {
    return Program.builder(precision)
        .weights(List.of(w))
        .values(List.of(a, b, s))
        .inputs(List.of(x))
        .outputs(List.of(outputs));
  }

  private List<Tensor> hoistable(Tensor... outputs) {
    return building(Precision.FLOAT32, outputs).build().hoistable();
  }

  @Test
  void theLargestExpressionsOverValuesAndWeightsAreHoisted() {
    Tensor updated = w.plus(b.matmul(a).times(s));
    Tensor norm = updated.norm(1).detach();
    assertThat(hoistable(x.linear(updated).dividedBy(norm))).containsExactly(updated, norm);
    assertThat(hoistable(x.linear(updated.transpose(0, 1)), updated.sum()))
        .extracting(Tensor::toString)
        .containsExactly("torch.transpose(2, 2)", "torch.sum()");
  }

  @Test
  void viewsOfValuesAreNotAndNeitherAreExpressionsOverWeightsAlone() {
    Tensor identity = w.squared();
    assertThat(hoistable(x.linear(a.transpose(0, 1)).times(s), x.linear(b), x.linear(identity)))
        .isEmpty();
    assertThat(hoistable(x.times(a.to(Type.FLOAT32).select(0, 1)))).isEmpty();
  }

  @Test
  void sizesThatABatchDecidesStayWithIt() {
    Tensor spread = a.sum(0).unsqueeze(0).expand(x.shape());
    assertThat(hoistable(x.plus(spread)))
        .extracting(Tensor::toString)
        .containsExactly("torch.unsqueeze(1, 2)");
    Tensor count = a.range(Dim.symbol("B")).to(Type.REAL);
    assertThat(hoistable(x.times(count.unsqueeze(1)))).isEmpty();
  }

  @Test
  void whatIsRandomOrWritesIsNotHoisted() {
    for (String function : List.of("torch.rand_like", "torch.bernoulli")) {
      assertThat(hoistable(x.linear(call(function, a.times(2)).times(3))))
          .as(function)
          .extracting(Tensor::toString)
          .containsExactly("torch.mul(2, 2)");
    }
    assertThat(hoistable(x.linear(call("torch.add_", a, b).times(3)))).isEmpty();
    assertThat(hoistable(x.linear(call("torch.__and__", a, b)))).hasSize(1);
  }

  @Test
  void dropoutIsRandomInTrainingOnly() {
    Tensor dropped = a.dropout(0.5);
    assertThat(hoistable(x.linear(dropped))).isEmpty();
    assertThat(hoistable(x.linear(dropped.times(2)))).hasSize(1);
    assertThat(Hoisting.of(List.of(x.linear(dropped.times(2))), List.of(x), true, leaf -> false))
        .isEmpty();
  }

  @Test
  void smallValuesAreConvertedToHalfPrecisionOnce() {
    Tensor large = Tensor.leaf(Source.VALUE, "large", Shape.of(1024, 1024), Type.REAL);
    Tensor master = s.to(Type.FLOAT32);
    Tensor output = x.linear(a).plus(large.select(0, 0).slice(0, 0, 2)).times(master);
    for (Precision precision : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
      assertThat(building(precision, output).build().hoistable()).containsExactly(a);
    }
    assertThat(hoistable(output)).isEmpty();
  }

  @Test
  void aProgramReadsBehindTheValuesWhatIsHoisted() {
    Tensor update = b.matmul(a);
    Tensor output = x.linear(w).plus(x.linear(update).times(s));
    Program.Builder building = building(Precision.FLOAT32, output);
    List<Tensor> hoisted = building.build().hoistable();
    assertThat(building.hoisted(hoisted).build().source())
        .isEqualTo(
            """
            v0 = torch.linear(x[0], g[3])
            v1 = torch.mul(v0, g[2])
            v2 = torch.linear(x[0], w[0])
            v3 = torch.add(v2, v1)
            return [v3]
            """);
    assertThat(building.build().flops()).isEqualTo(Dim.symbol("B").times(16));
  }

  // Training

  private final float[] first = {1, -1, 0.5f, 2};
  private final float[] second = {0.25f, 1, -0.5f, 1};

  private Values values() {
    return cpu.own(
        Values.owning(
            List.of(
                device.create("a", first, 2, 2),
                device.create("b", second, 2, 2),
                device.create("s", new float[] {0.5f}))));
  }

  private Values batch(Precision precision, float... numbers) {
    Value value = device.create("x", numbers, numbers.length / 2, 2);
    return cpu.own(Values.owning(List.of(device.converted(value, precision, false).orElseThrow())));
  }

  private TrainingStep step(Precision precision, Values current, Tensor loss) {
    Value weight = device.create("w", new float[] {1, 0.5f, -1, 2}, 2, 2);
    return TrainingStep.builder(device, precision)
        .weights(
            List.of(w),
            cpu.own(
                Values.owning(List.of(device.converted(weight, precision, false).orElseThrow()))))
        .values(List.of(a, b, s), current)
        .inputs(List.of(x))
        .trained(List.of(new Trained(a, 1, 0), new Trained(b, 1, 0), new Trained(s, 1, 0)))
        .loss(loss)
        .optimizer(new AdamW(0.9, 0.999, 1e-8, 0))
        .build();
  }

  /** b is read by the hoisted expression alone, s by the pass alone, a by both. */
  private Tensor loss() {
    Tensor update = w.plus(b.matmul(a).tanh());
    Tensor norm = update.norm(1).detach();
    Tensor y = x.linear(update).dividedBy(norm).plus(x.linear(a).times(s));
    return y.to(Type.FLOAT32).squared().mean().times(0.01).plus(b.to(Type.FLOAT32).squared().sum());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void accumulatedMicroBatchesAreTheWholeBatch(Precision precision) {
    Values inParts = values();
    Values atOnce = values();
    Values whole = batch(precision, 1, 2, 3, 4, 5, 6, 7, 8);
    try (TrainingStep parts = step(precision, inParts, loss());
        TrainingStep once = step(precision, atOnce, loss())) {
      float[] norms = new float[2];
      for (int i = 0; i < 3; i++) {
        norms[0] = once.step(whole, 0.01, 0)[1];
        for (int k = 0; k < 3; k++) {
          parts.accumulate(batch(precision, 2 * k + 1, 2 * k + 2), 0.25, 0);
        }
        norms[1] = parts.step(batch(precision, 7, 8), 0.01, 0.25, 0)[1];
        double tolerance =
            switch (precision) {
              case BFLOAT16 -> 0.02;
              case FLOAT16 -> 2e-3;
              default -> 1e-6;
            };
        assertThat(norms[1]).isCloseTo(norms[0], within((float) (norms[0] * tolerance)));
        for (int v = 0; v < 3; v++) {
          NumbersAssert.assertThat(inParts.get(v).floats())
              .isCloseTo(atOnce.get(v).floats(), tolerance);
        }
      }
    }
  }

  /** A circular convolution: each row's spectrum times one that no batch changes. */
  private Tensor filtered() {
    return x.fft(1).times(b.matmul(a).sum(0).fft(0)).inverseFft(1).real();
  }

  @Test
  void spectraAreReadByAPassAndStayInTheMicroBatchesOfAStep() {
    assertThat(hoistable(filtered())).extracting(Tensor::type).containsExactly(Type.COMPLEX);
    Values inParts = values();
    Values atOnce = values();
    Tensor loss = filtered().squared().mean().plus(s.squared());
    try (TrainingStep parts = step(Precision.FLOAT32, inParts, loss);
        TrainingStep once = step(Precision.FLOAT32, atOnce, loss)) {
      once.step(batch(Precision.FLOAT32, 1, 2, 3, 5), 0.01, 0);
      parts.accumulate(batch(Precision.FLOAT32, 1, 2), 0.5, 0);
      parts.step(batch(Precision.FLOAT32, 3, 5), 0.01, 0.5, 0);
      for (int v = 0; v < 3; v++) {
        NumbersAssert.assertThat(inParts.get(v).floats()).isCloseTo(atOnce.get(v).floats(), 1e-6);
      }
    }
    Program.Builder building = building(Precision.FLOAT32, filtered());
    Program whole = building.build();
    List<Tensor> hoisted = whole.hoistable();
    Values weights = cpu.own(Values.owning(List.of(device.create("w", new float[4], 2, 2))));
    Values inputs = batch(Precision.FLOAT32, 1, 2);
    try (CompiledProgram all = whole.compile(device, weights);
        CompiledProgram ahead =
            building(Precision.FLOAT32, hoisted.toArray(Tensor[]::new))
                .inputs(List.of())
                .build()
                .compile(device, weights);
        CompiledProgram pass = building.hoisted(hoisted).build().compile(device, weights);
        Values none = Values.borrowing(List.of());
        Values results = ahead.run(atOnce, none);
        Values read =
            Values.borrowing(
                Stream.concat(atOnce.list().stream(), results.list().stream()).toList());
        Values expected = all.run(atOnce, inputs);
        Values found = pass.run(read, inputs)) {
      assertThat(found.get(0).floats()).containsExactly(expected.get(0).floats());
    }
  }

  @Test
  void nothingIsKeptBetweenStepsAndSumsAreMadeForAccumulationOnly() {
    Values current = values();
    Values batch = batch(Precision.FLOAT32, 1, 2);
    try (TrainingStep step = step(Precision.FLOAT32, current, loss())) {
      int fresh = device.liveTensors();
      step.step(batch, 0.01, 0);
      step.gradients(batch, 0);
      assertThat(device.liveTensors()).isEqualTo(fresh);
      step.accumulate(batch, 0.5, 0);
      // The norm, the update and the penalty; sums for two of them and for a and s.
      assertThat(device.liveTensors()).isEqualTo(fresh + 3 + 4);
      for (int i = 0; i < 20; i++) {
        step.accumulate(batch, 0.5, 0);
        step.gradients(batch, 0);
        step.step(batch, 0.01, 0.5, 0);
        assertThat(device.liveTensors()).isEqualTo(fresh + 4);
      }
      step.accumulate(batch, 1, 0);
    }
  }

  @Test
  void aParameterWithoutGradientInTheHoistedPartGetsThatOfTheMicroBatches() {
    Tensor ones = call("torch.ones_like", b);
    Tensor loss =
        x.linear(a.times(ones).times(s.detach())).plus(x.times(s)).plus(x.linear(b)).sum();
    Values current = values();
    Values batch = batch(Precision.FLOAT32, 1, 2);
    try (TrainingStep step = step(Precision.FLOAT32, current, loss)) {
      step.accumulate(batch, 0.5, 0);
      float norm = step.step(batch, 0, 0.5, 0)[1];
      Map<Tensor, float[]> gradients = step.gradients(batch, 0).of();
      double squares = 0;
      for (float[] gradient : gradients.values()) {
        for (float number : gradient) {
          squares += number * number;
        }
      }
      assertThat(norm).isCloseTo((float) Math.sqrt(squares), within(1e-5f));
    }
  }

  @Test
  void accumulatedStepsWhoseGradientsOverflowFloat16AreLeftOut() {
    Values current = values();
    Tensor loss = x.linear(b.matmul(a)).to(Type.FLOAT32).sum().times(3000).plus(s.times(1));
    Values batch = batch(Precision.FLOAT16, 1, 2);
    try (TrainingStep step = step(Precision.FLOAT16, current, loss)) {
      int skipped = 0;
      while (true) {
        step.accumulate(batch, 0.5, 0);
        if (Float.isFinite(step.step(batch, 0.01, 0.5, 0)[1])) {
          break;
        }
        assertThat(current.get(0).floats()).containsExactly(first);
        skipped++;
      }
      assertThat(skipped).isBetween(5, 9);
      assertThat(current.get(0).floats()[0]).isCloseTo(first[0] + 0.01f, within(1e-4f));
    }
  }

  @Test
  void gradientsTooSmallForFloat16DoNotVanishOnTheirWayThroughWhatIsHoisted() {
    Tensor loss = x.linear(b.matmul(a)).to(Type.FLOAT32).sum().times(2e-8).plus(s.times(0));
    Values batch = batch(Precision.FLOAT16, 1, 2);
    Values current = values();
    try (TrainingStep step = step(Precision.FLOAT16, current, loss)) {
      step.accumulate(batch, 0.5, 0);
      float norm = step.step(batch, 0, 0.5, 0)[1];
      // d/da = (column sums of b) x, d/db = 1 (a x)
      double da = Math.hypot(0.25 - 0.5, 1 + 1) * Math.sqrt(5);
      double db = Math.sqrt(2) * Math.hypot(1 * 1 - 1 * 2, 0.5 * 1 + 2 * 2);
      assertThat(norm / 2e-8).isCloseTo(Math.hypot(da, db), within(0.1));
    }
  }

  @Test
  void drawnScalarsAndDropoutAreOfEachMicroBatch() {
    Tensor drawn = Tensor.leaf(Source.VALUE, "drawn", SCALAR, Type.REAL);
    Tensor loss = x.linear(a.times(drawn)).plus(x.linear(b.times(2).dropout(0.5))).sum();
    assertThat(Hoisting.of(List.of(loss), List.of(x, drawn), true, leaf -> false))
        .extracting(Tensor::toString)
        .containsExactly("torch.mul(2, 2)");
  }
}
