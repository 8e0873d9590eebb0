package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.Gradients;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.TestDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Gradient checkpointing: of blocks nothing is kept but what they read. */
class SegmentsTest {
  private static final int WIDTH = 8;
  private static final int BLOCKS = 3;
  private static final Dim B = Dim.symbol("B");

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Random random = new Random(11);
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Value> current = new ArrayList<>();
  private final Tensor x = Tensor.leaf(Source.INPUT, "x", Shape.of(B, Dim.of(WIDTH)), Type.REAL);
  private List<Tensor> inputs = List.of(x);
  private Values batch =
      cpu.own(Values.owning(List.of(cpu.device().create("x", drawn(5 * WIDTH), 5, WIDTH))));

  private float[] drawn(int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian() / 2;
    }
    return numbers;
  }

  private Tensor value(String name, long... shape) {
    Tensor leaf = Tensor.leaf(Source.VALUE, name, Shape.of(shape), Type.REAL);
    leaves.add(leaf);
    int size = Math.toIntExact(leaf.shape().size().fixed());
    current.add(cpu.own(cpu.device().create(name, drawn(size), shape)));
    return leaf;
  }

  private TrainingStep step(Tensor loss, List<Tensor> checkpoints, Precision precision) {
    return TrainingStep.builder(cpu.device(), precision)
        .values(leaves, Values.borrowing(current))
        .inputs(inputs)
        .trained(leaves.stream().map(leaf -> new Trained(leaf, 1, 0)).toList())
        .loss(loss)
        .checkpoints(checkpoints)
        .build();
  }

  /**
   * Blocks with a weight of their own, one made of two, and one that all share, as a prefix is; and
   * a penalty that reads what is in the middle of a block.
   */
  private Tensor loss(List<Tensor> checkpoints) {
    Tensor shared = value("shared", WIDTH).tanh();
    Tensor stream = x.linear(value("embedding", WIDTH, WIDTH));
    List<Tensor> middles = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      checkpoints.add(stream);
      Tensor weight = value("weight " + i, WIDTH, WIDTH);
      Tensor made = value("down " + i, WIDTH, 2).matmul(value("up " + i, 2, WIDTH));
      Tensor middle = stream.linear(weight.plus(made)).plus(shared).gelu();
      middles.add(middle);
      stream = stream.plus(middle.softmax(-1).times(3));
    }
    checkpoints.add(stream);
    Tensor end = stream.linear(value("head", 2, WIDTH)).squared().mean().to(Type.FLOAT32);
    return end.plus(middles.get(1).squared().mean().times(0.1).to(Type.FLOAT32));
  }

  private void areEqual(Precision precision, double within) {
    List<Tensor> checkpoints = new ArrayList<>();
    areEqual(loss(checkpoints), checkpoints, precision, within);
  }

  private void areEqual(Tensor loss, List<Tensor> checkpoints, Precision precision, double within) {
    try (TrainingStep kept = step(loss, List.of(), precision);
        TrainingStep computed = step(loss, checkpoints, precision)) {
      Gradients expected = kept.gradients(batch(precision), 3);
      Gradients found = computed.gradients(batch(precision), 3);
      Assertions.assertThat(found.loss()).isEqualTo(expected.loss());
      Assertions.assertThat(found.of().keySet()).isEqualTo(expected.of().keySet());
      expected.of().forEach((leaf, g) -> assertThat(found.of().get(leaf)).isCloseTo(g, within));
    }
  }

  /** The batch as a program of a precision reads it. */
  private Values batch(Precision precision) {
    return precision == Precision.FLOAT32
        ? batch
        : cpu.own(
            Values.owning(
                List.of(
                    cpu.device()
                        .converted(
                            cpu.device().create("x", batch.get(0).floats(), 5, WIDTH),
                            precision,
                            false)
                        .orElseThrow())));
  }

  @Test
  void gradientsAreThoseOfWhatIsKeptBitForBit() {
    areEqual(Precision.FLOAT32, 0);
  }

  /**
   * The sum in the middle of a block is read by later ones, and in the block only to be added to.
   */
  @Test
  void whatLaterSegmentsReadIsNotWrittenTo() {
    List<Tensor> checkpoints = new ArrayList<>();
    List<Tensor> middles = new ArrayList<>();
    Tensor stream = x.linear(value("embedding", WIDTH, WIDTH));
    for (int i = 0; i < BLOCKS; i++) {
      checkpoints.add(stream);
      Tensor narrow = stream.linear(value("down " + i, 2, WIDTH));
      Tensor middle =
          stream
              .linear(value("weight " + i, WIDTH, WIDTH))
              .plus(narrow.linear(value("up " + i, WIDTH, 2)));
      middles.add(middle);
      stream = middle.plus(narrow.tanh().linear(value("second up " + i, WIDTH, 2))).tanh();
    }
    checkpoints.add(stream);
    Tensor loss = stream.squared().mean();
    for (Tensor middle : middles) {
      loss = loss.plus(middle.squared().mean());
    }
    areEqual(loss.to(Type.FLOAT32), checkpoints, Precision.FLOAT32, 1e-6);
  }

  /** As DoRA divides by the lengths of a weight's rows, which it takes for constants. */
  @Test
  void whatIsMadeOfWeightsMayBeAConstant() {
    List<Tensor> checkpoints = new ArrayList<>();
    Tensor stream = x;
    for (int i = 0; i < BLOCKS; i++) {
      checkpoints.add(stream);
      Tensor weight = value("weight " + i, WIDTH, WIDTH);
      stream = stream.linear(weight).dividedBy(weight.squared().sum(1).sqrt().detach()).tanh();
    }
    checkpoints.add(stream);
    Tensor loss = stream.squared().mean().to(Type.FLOAT32);
    areEqual(loss, checkpoints, Precision.FLOAT32, 1e-6);
  }

  /** What would be a loss in chunks, were it not one of an earlier block. */
  @Test
  void aBlockHasALossOfTokensOfItsOwn() {
    Dim tokens = Dim.symbol("T");
    Tensor ids = Tensor.leaf(Source.INPUT, "ids", Shape.of(B, tokens), Type.INT64);
    Tensor table = value("table", 30, WIDTH);
    Tensor stream = table.rows(ids);
    Dim all = B.times(tokens);
    List<Tensor> checkpoints = new ArrayList<>();
    List<Tensor> losses = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      checkpoints.add(stream);
      stream = stream.linear(value("weight " + i, WIDTH, WIDTH)).tanh();
      Tensor logits = stream.linear(table).reshape(all, Dim.of(30));
      losses.add(logits.crossEntropy(ids.reshape(all), 0));
    }
    checkpoints.add(stream);
    Tensor loss = losses.get(2).plus(losses.get(0)).plus(losses.get(1));
    inputs = List.of(ids);
    batch =
        cpu.own(
            Values.owning(
                List.of(cpu.device().create("ids", new long[] {4, 7, 1, 0, 29, 3}, 2, 3))));
    areEqual(loss, checkpoints, Precision.FLOAT32, 1e-6);
  }

  @Test
  void halfPrecisionSumsSharedGradientsInAnotherOrder() {
    areEqual(Precision.BFLOAT16, 2e-2);
    areEqual(Precision.FLOAT16, 2e-2);
  }

  @Test
  void microBatchesAddUp() {
    List<Tensor> checkpoints = new ArrayList<>();
    Tensor loss = loss(checkpoints);
    List<float[]> norms = new ArrayList<>();
    for (List<Tensor> each : List.of(List.<Tensor>of(), checkpoints)) {
      try (TrainingStep step = step(loss, each, Precision.FLOAT32)) {
        step.accumulate(batch, 0.5, 1);
        norms.add(step.step(batch, 0, 0.5, 2));
      }
    }
    assertThat(norms.get(1)).isCloseTo(norms.get(0), 1e-6);
  }

  /** The loss is linear in each weight: its gradient times the weight is the loss itself. */
  @Test
  void aBlockDrawsTheSameDropoutOnTheWayBack() {
    List<Tensor> checkpoints = new ArrayList<>();
    Tensor stream = x;
    for (int i = 0; i < BLOCKS; i++) {
      stream = stream.times(value("weight " + i, 1)).dropout(0.5);
      checkpoints.add(stream);
    }
    Tensor loss = stream.times(x).sum().to(Type.FLOAT32);
    try (TrainingStep step = step(loss, checkpoints, Precision.FLOAT32)) {
      Gradients first = step.gradients(batch, 7);
      for (int i = 0; i < BLOCKS; i++) {
        float gradient = first.of().get(leaves.get(i))[0];
        float weight = current.get(i).number();
        Assertions.assertThat(gradient * weight).isCloseTo(first.loss(), within(1e-4f));
      }
      Assertions.assertThat(first.loss()).isNotZero();
      Assertions.assertThat(step.gradients(batch, 7).loss()).isEqualTo(first.loss());
      Assertions.assertThat(step.gradients(batch, 8).loss()).isNotEqualTo(first.loss());
    }
  }

  /** Blocks run without gradients at first: the thread would be left so, for all that it trains. */
  @Test
  void aStepThatFailsInABlockLeavesTheNextOnesTheirGradients() {
    Tensor rows = Tensor.leaf(Source.INPUT, "rows", Shape.of(B), Type.INT64);
    inputs = List.of(rows);
    Tensor table = value("table", 3, 2).tanh();
    Tensor chosen =
        Tensor.call("torch.index_select", Shape.of(B, Dim.of(2)), Type.REAL, null, table, 0, rows);
    Tensor loss = chosen.squared().mean().to(Type.FLOAT32);
    try (TrainingStep step = step(loss, List.of(table, chosen), Precision.FLOAT32);
        Value here = cpu.device().create("rows", new long[] {0, 2}, 2);
        Value beyond = cpu.device().create("rows", new long[] {0, 3}, 2)) {
      Gradients expected = step.gradients(Values.borrowing(List.of(here)), 0);
      Assertions.assertThatThrownBy(() -> step.gradients(Values.borrowing(List.of(beyond)), 0))
          .hasMessageContaining("index out of range");
      Gradients again = step.gradients(Values.borrowing(List.of(here)), 0);
      Assertions.assertThat(again.loss()).isEqualTo(expected.loss());
      leaves.forEach(
          leaf -> Assertions.assertThat(again.of().get(leaf)).isEqualTo(expected.of().get(leaf)));
    }
  }
}
