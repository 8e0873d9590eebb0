package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.TestDevice;
import dev.graft.testing.Without;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A language model's loss over more tokens than one chunk has. */
class ChunkedLossTest {
  private static final int CLASSES = 1 << 16;
  private static final int WIDTH = 4;
  private static final int ROWS = 3;
  private static final int LENGTH = 110;
  private static final Dim B = Dim.symbol("B");
  private static final Dim T = Dim.symbol("T");

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Random random = new Random(5);
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Value> current = new ArrayList<>();
  private final Tensor table = value("table", CLASSES, WIDTH);
  private final Tensor bias = value("bias", CLASSES);
  private final Tensor body = value("body", WIDTH, WIDTH);
  private final Tensor down = value("down", 2, WIDTH);
  private final Tensor up = value("up", CLASSES, 2);
  private final Tensor scale = value("scale");
  private final Tensor ids = Tensor.leaf(Source.INPUT, "ids", Shape.of(B, T), Type.INT64);
  private final Tensor labels = Tensor.leaf(Source.INPUT, "labels", Shape.of(B, T), Type.INT64);

  private Tensor value(String name, long... shape) {
    Tensor leaf = Tensor.leaf(Source.VALUE, name, Shape.of(shape), Type.REAL);
    float[] numbers = new float[Math.toIntExact(leaf.shape().size().fixed())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    leaves.add(leaf);
    current.add(cpu.own(cpu.device().create(name, numbers, shape)));
    return leaf;
  }

  private Values batch(int rows) {
    long[] tokens = new long[rows * LENGTH];
    long[] next = new long[rows * LENGTH];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (i * 37L) % CLASSES;
      next[i] = i % 5 == 0 ? -100 : (i * 91L) % CLASSES;
    }
    return cpu.own(
        Values.owning(
            List.of(
                cpu.device().create("ids", tokens, rows, LENGTH),
                cpu.device().create("labels", next, rows, LENGTH))));
  }

  /** Of a tied head with a low-rank update, for all tokens but the last of a row. */
  private Tensor loss(double smoothing) {
    Tensor hidden = table.rows(ids).linear(body).tanh();
    Tensor x = hidden.slice(1, Dim.of(0), T.plus(-1));
    Tensor logits = x.linear(table, bias).plus(x.linear(down).linear(up).times(scale));
    Dim all = B.times(T.plus(-1));
    Tensor next = labels.slice(1, Dim.of(1), T).reshape(all);
    return logits.reshape(all, Dim.of(CLASSES)).crossEntropy(next, smoothing);
  }

  private TrainingStep step(Tensor loss, Precision precision) {
    return step(loss, precision, leaves.stream().map(leaf -> new Trained(leaf, 1, 0)).toList());
  }

  private TrainingStep step(Tensor loss, Precision precision, List<Trained> trained) {
    return TrainingStep.builder(cpu.device(), precision)
        .values(leaves, Values.borrowing(current))
        .inputs(List.of(ids, labels))
        .trained(trained)
        .loss(loss)
        .build();
  }

  /** What is no sum of losses is not taken over chunks. */
  private static Tensor whole(Tensor loss) {
    return loss.times(1);
  }

  private void areLike(Tensor chunked, Tensor whole, Precision precision, double within) {
    areLike(
        chunked,
        whole,
        precision,
        within,
        leaves.stream().map(leaf -> new Trained(leaf, 1, 0)).toList());
  }

  private void areLike(
      Tensor chunked, Tensor whole, Precision precision, double within, List<Trained> trained) {
    try (TrainingStep one = step(chunked, precision, trained);
        TrainingStep other = step(whole, precision, trained)) {
      TrainingStep.Gradients expected = other.gradients(batch(ROWS), 0);
      TrainingStep.Gradients found = one.gradients(batch(ROWS), 0);
      Assertions.assertThat(found.loss()).isCloseTo(expected.loss(), within((float) within));
      Map<Tensor, float[]> gradients = found.of();
      expected.of().forEach((leaf, g) -> assertThat(gradients.get(leaf)).isCloseTo(g, within));
    }
  }

  @Test
  void gradientsAreThoseOfWholeLogits() {
    Assertions.assertThat(ChunkedLoss.in(loss(0))).isPresent();
    Assertions.assertThat(ChunkedLoss.in(whole(loss(0)))).isEmpty();
    areLike(loss(0), whole(loss(0)), Precision.FLOAT32, 1e-5);
  }

  @Test
  void aPenaltyAndSmoothedLabelsCountToo() {
    Tensor penalty = body.squared().sum().plus(table.squared().mean()).to(Type.FLOAT32);
    Tensor loss = penalty.plus(loss(0.1));
    areLike(loss, whole(loss), Precision.FLOAT32, 1e-5);
  }

  /**
   * Sums are written over their first terms, unless something beside the loss in chunks reads them.
   */
  @Test
  void aPenaltyReadsASumThatMoreIsAddedTo() {
    Tensor wide = value("wide", WIDTH, 2);
    Tensor narrow = table.rows(ids).linear(down);
    Tensor first = table.rows(ids).linear(body).plus(narrow.linear(wide));
    Tensor logits = first.plus(narrow.tanh().linear(wide)).tanh().linear(table, bias);
    Dim all = B.times(T);
    Tensor chunked = logits.reshape(all, Dim.of(CLASSES)).crossEntropy(labels.reshape(all), 0);
    Tensor penalty = first.squared().mean().to(Type.FLOAT32);
    Tensor loss = chunked.plus(penalty);
    Assertions.assertThat(ChunkedLoss.in(loss)).isPresent();
    areLike(loss, whole(chunked).plus(penalty), Precision.FLOAT32, 1e-5);
  }

  @Test
  void aLossThatIsReadTwiceCountsTwice() {
    Tensor chunked = loss(0);
    areLike(chunked.plus(chunked), whole(chunked).plus(whole(chunked)), Precision.FLOAT32, 1e-5);
    Tensor beside = chunked.plus(chunked.times(0.5));
    areLike(beside, whole(chunked).plus(chunked.times(0.5)), Precision.FLOAT32, 1e-5);
  }

  @Test
  void onlyWhatIsTrainedGetsAGradient() {
    for (Tensor only : List.of(up, bias, body)) {
      List<Trained> trained = List.of(new Trained(only, 1, 0));
      TrainingStep.Builder builder =
          TrainingStep.builder(cpu.device(), Precision.FLOAT32)
              .values(leaves, Values.borrowing(current))
              .inputs(List.of(ids, labels))
              .trained(trained);
      try (TrainingStep one = builder.loss(loss(0)).build();
          TrainingStep other = builder.loss(whole(loss(0))).build()) {
        Values batch = batch(ROWS);
        assertThat(one.gradients(batch, 0).of().get(only))
            .isCloseTo(other.gradients(batch, 0).of().get(only), 1e-5);
      }
    }
  }

  /** Only what comes before a frozen head gets a gradient, by the formula's logits. */
  @Test
  void gradientsOfAFrozenHeadAreThoseOfWholeLogits() {
    Tensor hidden = table.rows(ids).linear(body).tanh();
    Tensor product = hidden.linear(table);
    Dim all = B.times(T);
    Map<Precision, Double> tolerances =
        Map.of(Precision.FLOAT32, 1e-5, Precision.FLOAT16, 1e-2, Precision.BFLOAT16, 4e-2);
    for (Tensor logits :
        List.of(product, product.to(Type.FLOAT32), product.dividedBy(3).tanh().times(3))) {
      Tensor loss = logits.reshape(all, Dim.of(CLASSES)).crossEntropy(labels.reshape(all), 0);
      Assertions.assertThat(text(loss)).contains("torch.exp(").doesNotContain("cross_entropy");
      Assertions.assertThat(
              Without.optimisations(Optimization.LOSS_GRADIENT.toString(), () -> text(loss)))
          .contains("cross_entropy_loss")
          .doesNotContain("torch.exp(");
      tolerances.forEach(
          (precision, within) ->
              areLike(loss, whole(loss), precision, within, List.of(new Trained(body, 1, 0))));
    }
  }

  /** Their mean is no number, but there is nothing to be learnt from them either. */
  @Test
  void tokensWithoutLabelsHaveNoGradients() {
    Values batch =
        cpu.own(
            Values.owning(
                List.of(
                    cpu.device().create("ids", new long[] {1, 2}, 1, 2),
                    cpu.device().create("labels", new long[] {-100, -100}, 1, 2))));
    List<Trained> behindFrozenHead = List.of(new Trained(body, 1, 0));
    List<Trained> all = leaves.stream().map(leaf -> new Trained(leaf, 1, 0)).toList();
    for (List<Trained> trained : List.of(behindFrozenHead, all)) {
      try (TrainingStep step = step(loss(0), Precision.FLOAT32, trained)) {
        TrainingStep.Gradients found = step.gradients(batch, 0);
        Assertions.assertThat(found.loss()).isNaN();
        Assertions.assertThat(found.of()).hasSameSizeAs(trained);
        found.of().values().forEach(g -> Assertions.assertThat(g).containsOnly(0));
      }
    }
  }

  private String text(Tensor loss) {
    StepCode code =
        new StepCode(
            Kernels.CPU,
            Precision.FLOAT32,
            TrainingStep.AdamW.DEFAULT,
            List.of(),
            Values.borrowing(List.of()),
            leaves,
            List.of(ids, labels),
            List.of(new Trained(body, 1, 0)),
            loss,
            List.of(),
            new StepCode.Around(Map.of(), Map.of(), Map.of()));
    return String.join("\n", code.method("step").lines());
  }

  @Test
  void aLabelThatIsNoClassIsAnError() {
    Tensor logits = table.rows(ids).linear(body).linear(table);
    Dim all = B.times(T);
    Tensor loss = logits.reshape(all, Dim.of(CLASSES)).crossEntropy(labels.reshape(all), 0);
    for (long wrong : new long[] {-1, CLASSES}) {
      Values batch =
          cpu.own(
              Values.owning(
                  List.of(
                      cpu.device().create("ids", new long[] {1, 2}, 1, 2),
                      cpu.device().create("labels", new long[] {3, wrong}, 1, 2))));
      try (TrainingStep step = step(loss, Precision.FLOAT32, List.of(new Trained(body, 1, 0)))) {
        Assertions.assertThatThrownBy(() -> step.gradients(batch, 0))
            .hasMessageContaining("out of bounds");
      }
    }
  }

  @Test
  void halfPrecisionRoundsAsItDoesForWholeLogits() {
    areLike(loss(0), whole(loss(0)), Precision.FLOAT16, 1e-2);
    areLike(loss(0), whole(loss(0)), Precision.BFLOAT16, 4e-2);
  }

  @Test
  void microBatchesAddUpAndStepsAreThoseOfWholeLogits() {
    List<float[]> found = new ArrayList<>();
    for (Tensor loss : List.of(loss(0), whole(loss(0)))) {
      List<Value> own = new ArrayList<>();
      for (Value value : current) {
        long[] shape = leaves.get(own.size()).shape().fixed();
        own.add(cpu.own(cpu.device().create(value.name(), value.floats(), shape)));
      }
      try (TrainingStep step =
          TrainingStep.builder(cpu.device(), Precision.FLOAT32)
              .values(leaves, Values.borrowing(own))
              .inputs(List.of(ids, labels))
              .trained(leaves.stream().map(leaf -> new Trained(leaf, 1, 0)).toList())
              .loss(loss)
              .build()) {
        for (int i = 0; i < 2; i++) {
          step.accumulate(batch(ROWS), 0.75, 0);
          found.add(step.step(batch(1), 0.01, 0.25, 0));
        }
      }
      found.add(own.get(leaves.indexOf(body)).floats());
      found.add(own.get(leaves.indexOf(up)).floats());
    }
    for (int i = 0; i < 4; i++) {
      assertThat(found.get(i)).isCloseTo(found.get(i + 4), 1e-4);
    }
  }

  @Test
  void aProgramGivesTheSameLossWithoutGradients() {
    float expected;
    try (TrainingStep step = step(whole(loss(0)), Precision.FLOAT32)) {
      expected = step.gradients(batch(ROWS), 0).loss();
    }
    Program program =
        Program.builder(Precision.FLOAT32)
            .values(leaves)
            .inputs(List.of(ids, labels))
            .outputs(List.of(whole(loss(0))))
            .build();
    Assertions.assertThat(program.source()).contains("for v").contains(" in range(");
    try (Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program.compile(cpu.device(), none);
        Values results = compiled.run(Values.borrowing(current), batch(ROWS))) {
      Assertions.assertThat(results.get(0).number()).isCloseTo(expected, within(1e-5f));
    }
  }

  @Test
  void aHeadThatMixesTokensKeepsItsLogitsWhole() {
    Tensor hidden = table.rows(ids).linear(body);
    Tensor logits = hidden.linear(table);
    Dim all = B.times(T);
    for (Tensor mixed :
        List.of(logits.plus(logits.mean(1).unsqueeze(1)), logits.softmax(1), logits.dropout(0.1))) {
      Tensor loss = mixed.reshape(all, Dim.of(CLASSES)).crossEntropy(labels.reshape(all), 0);
      Assertions.assertThat(ChunkedLoss.of(loss)).isEmpty();
    }
  }
}
