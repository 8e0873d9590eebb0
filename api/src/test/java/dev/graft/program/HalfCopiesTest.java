package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.TestDevice;
import dev.graft.testing.Without;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small values are converted to half precision together, and so are their gradients back. */
class HalfCopiesTest {
  private static final String WITHOUT = Optimization.HALF_COPIES.toString();

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();
  private final SplittableRandom random = new SplittableRandom(3);
  private final Tensor x =
      Tensor.leaf(Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.of(6)), Type.REAL);
  private final Tensor a = value("a", 2, 6);
  private final Tensor b = value("b", 6, 2);
  private final Tensor s = value("s");
  private final Tensor gate = value("gate");
  private final Tensor wide = value("wide", 6);
  private final Tensor large = value("large", 1 << 17, 6);
  private final Tensor unread = value("unread", 3);
  private final List<Tensor> leaves = List.of(a, b, s, gate, wide, large, unread);
  private final List<Tensor> trained = List.of(a, b, wide, large, unread);

  /** {@code wide} is read in 32 bits too, {@code gate} among the inputs. */
  private final Tensor stream = x.plus(x.linear(a).linear(b).times(s).times(gate));

  private final Tensor loss =
      stream
          .times(wide)
          .linear(large)
          .squared()
          .mean()
          .to(Type.FLOAT32)
          .plus(wide.to(Type.FLOAT32).squared().sum());

  private List<Tensor> kept() {
    return leaves.stream().filter(leaf -> leaf != gate).toList();
  }

  private static Tensor value(String name, long... shape) {
    return Tensor.leaf(Source.VALUE, name, Shape.of(shape), Type.REAL);
  }

  private Value numbers(Tensor leaf, long... shape) {
    float[] numbers = new float[(int) Shape.of(shape).size().fixed()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return cpu.own(device.create(leaf.name(), numbers, shape));
  }

  private Values current() {
    return Values.borrowing(
        leaves.stream().map(leaf -> numbers(leaf, leaf.shape().fixed())).toList());
  }

  private Values batch(Precision precision) {
    return Values.borrowing(
        List.of(
            cpu.own(device.converted(numbers(x, 4, 6), precision, false).orElseThrow()),
            numbers(gate)));
  }

  private List<Trained> all() {
    return trained.stream().map(leaf -> new Trained(leaf, 1, 0.01)).toList();
  }

  private String text(Precision precision, String method) {
    StepCode code =
        new StepCode(
            Kernels.CPU,
            precision,
            AdamW.DEFAULT,
            List.of(),
            Values.borrowing(List.of()),
            leaves,
            List.of(x, gate),
            all(),
            loss,
            List.of(),
            new StepCode.Around(Map.of(), Map.of(), Map.of()));
    return String.join("\n", code.method(method).lines());
  }

  @Test
  void onlyWhatIsSmallAndReadInHalfPrecisionAloneIsCopied() {
    assertThat(HalfCopies.of(loss, kept(), trained, Precision.BFLOAT16).leaves())
        .containsExactly(a, b, s);
    assertThat(HalfCopies.of(loss, kept(), trained, Precision.BFLOAT16).trained())
        .containsExactly(a, b);
    assertThat(HalfCopies.of(loss, kept(), trained, Precision.FLOAT32).leaves()).isEmpty();
    assertThat(text(Precision.BFLOAT16, "step"))
        .contains(
            "torch._foreach_copy_(half, kept)",
            "p0 = torch.requires_grad_(torch.detach(half[0]), True)",
            "torch._foreach_copy_(wide, [unchecked_cast(Tensor, raw_d[0]), ",
            "c3 = torch.to(x[1], 15)", // what is read among the inputs
            "c4 = torch.to(p2, 15)",
            "c5 = torch.to(p3, 15)")
        .containsOnlyOnce("_foreach_copy_(half")
        .doesNotContain("half[3]");
    String without = Without.optimisations(WITHOUT, () -> text(Precision.BFLOAT16, "step"));
    assertThat(without).contains("c0 = torch.to(p0, 15)").doesNotContain("_foreach_copy_");
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void stepsAreThoseWithoutBitForBit(Precision precision) {
    Values batch = batch(precision);
    Values together = current();
    Values one = Values.borrowing(copied(together));
    List<float[]> with = steps(precision, together, batch);
    List<float[]> without = Without.optimisations(WITHOUT, () -> steps(precision, one, batch));
    assertThat(with).hasSameSizeAs(without);
    for (int i = 0; i < with.size(); i++) {
      assertThat(with.get(i)).isEqualTo(without.get(i));
    }
  }

  private List<Value> copied(Values all) {
    return all.list().stream()
        .map(each -> cpu.own(device.create(each.name(), each.floats(), each.shape())))
        .toList();
  }

  /** Steps of all kinds, and what is trained behind them. */
  private List<float[]> steps(Precision precision, Values current, Values batch) {
    List<float[]> results = new ArrayList<>();
    try (TrainingStep step =
        TrainingStep.builder(device, precision)
            .values(leaves, current)
            .inputs(List.of(x, gate))
            .trained(all())
            .loss(loss)
            .build()) {
      for (int i = 0; i < 3; i++) {
        results.add(step.step(batch, 0.01, i));
        step.accumulate(batch, 0.5, i);
        results.add(step.step(batch, 0.01, 0.5, i));
      }
      results.addAll(step.gradients(batch, 0).of().values());
    }
    current.list().forEach(value -> results.add(value.floats()));
    return results;
  }

  @Test
  void aTrainingThatIsClosedLeavesNothing() {
    Values batch = batch(Precision.BFLOAT16);
    Values current = current();
    int before = device.liveTensors();
    assertThat(steps(Precision.BFLOAT16, current, batch)).isNotEmpty();
    assertThat(device.liveTensors()).isEqualTo(before);
  }
}
