package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.GraftException;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.host.TokenBatch;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Dim;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.saved.Saved;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.VectorMethods;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts that are kept in 16 bits. */
class PrecisionTest {
  private static final List<String> LABELS = List.of("no", "yes");
  private static final double[] ANSWERS = {0, 1, 1};
  private static final Training.Options OPTIONS = new Training.Options(AdamW.DEFAULT, 0.01);

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  private Model load(Precision precision) {
    return load(precision, TinyModel.weights(true));
  }

  private Model load(Precision precision, Map<String, TensorData> weights) {
    return Model.load(
        TinyModel.of("bert", weights),
        cpu.device(),
        Model.Options.DEFAULT.withPrecision(precision).withDropout(0));
  }

  private static Attachment attach(Model model, PeftMethod... methods) {
    return model.attach(model.stack(TinyHost.only(methods), LABELS), 3);
  }

  /** What the precisions' fractions allow after a few layers. */
  private static double tolerance(Precision precision) {
    return precision == Precision.BFLOAT16 ? 0.03 : 0.004;
  }

  /** The host's weights, widened by a program; Java can't read them. */
  static List<float[]> weights(Model model) {
    Program widening =
        Program.builder(model.precision())
            .returned(Precision.FLOAT32)
            .weights(model.base().leaves())
            .outputs(model.base().leaves())
            .build();
    try (CompiledProgram compiled = widening.compile(model.device(), model.base().values());
        Values none = Values.borrowing(List.of());
        Values results = compiled.run(none, none)) {
      return results.list().stream().map(Value::floats).toList();
    }
  }

  private static float[] logits(Attachment attachment, TokenBatch batch) {
    return NumbersAssert.flat(attachment.logits(batch));
  }

  private static List<Float> train(Attachment attachment, TokenBatch batch, int steps) {
    List<Float> losses = new ArrayList<>();
    try (Training training = attachment.training(OPTIONS)) {
      for (int step = 0; step < steps; step++) {
        losses.add(training.step(batch, ANSWERS, 0.01, step));
      }
    }
    return losses;
  }

  /** To the nearest, ties to even. */
  private static short bfloat16(float number) {
    int bits = Float.floatToIntBits(number);
    return (short) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }

  @Test
  void weightsAreRoundedToTheNearestAndStayInTheirPrecision() {
    try (Model exact = load(Precision.FLOAT32);
        Model model = load(Precision.BFLOAT16)) {
      List<float[]> expected = weights(exact);
      List<float[]> found = weights(model);
      for (int i = 0; i < expected.size(); i++) {
        for (int k = 0; k < expected.get(i).length; k++) {
          assertThat(found.get(i)[k])
              .isEqualTo(Float.intBitsToFloat(bfloat16(expected.get(i)[k]) << 16));
        }
      }
      assertThatThrownBy(() -> model.base().values().get(0).floats())
          .hasMessage("embeddings.word.weight is kept in bfloat16, which only programs can read");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void answersAndHiddenStatesAreThoseOf32BitsWithinTheRounding(Precision precision) {
    try (Model exact = load(Precision.FLOAT32);
        Model model = load(precision);
        Attachment expected = attach(exact, VectorMethods.GAIN);
        Attachment found = attach(model, VectorMethods.GAIN)) {
      NumbersAssert.assertThat(logits(found, batch))
          .isCloseTo(logits(expected, batch), tolerance(precision))
          .isNotEqualTo(logits(expected, batch));
      List<float[]> hidden = found.hiddenStates(batch);
      for (int i = 0; i < hidden.size(); i++) {
        NumbersAssert.assertThat(hidden.get(i))
            .isCloseTo(expected.hiddenStates(batch).get(i), tolerance(precision));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void trainingIsThatOf32BitsWithinTheRoundingAndLeavesTheHostAsItIs(Precision precision) {
    try (Model exact = load(Precision.FLOAT32);
        Model model = load(precision);
        Attachment expected = attach(exact, VectorMethods.GAIN, VectorMethods.BIASES);
        Attachment fresh = attach(model, VectorMethods.GAIN, VectorMethods.BIASES);
        Attachment found = fresh.with(expected.tensors())) {
      List<float[]> before = weights(model);
      try (Training mine = found.training(OPTIONS);
          Training theirs = expected.training(OPTIONS)) {
        Map<String, float[]> gradients = mine.gradients(batch, ANSWERS, 0);
        double norm =
            theirs.gradients(batch, ANSWERS, 0).values().stream()
                .mapToDouble(PrecisionTest::largest)
                .max()
                .orElseThrow();
        theirs
            .gradients(batch, ANSWERS, 0)
            .forEach(
                (name, gradient) ->
                    assertThat(gradients.get(name))
                        .as(name)
                        .containsExactly(gradient, within((float) (tolerance(precision) * norm))));
      }
      Map<String, float[]> start = found.tensors();
      List<Float> losses = train(found, batch, 30);
      List<Float> exactLosses = train(expected, batch, 30);
      for (int i = 0; i < losses.size(); i++) {
        assertThat(losses.get(i))
            .isCloseTo(exactLosses.get(i), within((float) tolerance(precision)));
      }
      assertThat(losses.get(29)).isLessThan(losses.get(0) / 4);
      found
          .tensors()
          .forEach((name, now) -> assertThat(now).as(name).isNotEqualTo(start.get(name)));
      assertThat(weights(model)).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void scheduledNumbersAreReadInThePrecisionAndWhatFollowsAStepIn32Bits(Precision precision) {
    PeftMethod counting =
        new TestMethod(
            "counting",
            Set.of(),
            (host, graft) -> {
              Tensor factor = graft.scheduled("factor", 1, step -> 1.001);
              Tensor sum = graft.buffer("sum", Shape.of(1), Initializer.zeros());
              for (Site.Projection site : host.projections(Targets.of("value"))) {
                Tensor gain =
                    graft.parameter(
                        site.path() + ".gain", Shape.of(site.out()), Initializer.ones());
                graft.at(
                    site,
                    new ProjectionIntervention() {
                      @Override
                      public Tensor output(Projected p) {
                        return p.y().times(gain).times(factor);
                      }
                    });
              }
              graft.afterStep(sum, sum.plus(factor));
            });
    try (Model model = load(precision);
        Attachment attachment = attach(model, counting)) {
      List<Float> losses = train(attachment, batch, 20);
      assertThat(losses.get(19)).isLessThan(losses.get(0));
      assertThat(attachment.tensors().get("sum"))
          .containsExactly(new float[] {20.02f}, within(1e-4f));
    }
  }

  private static double largest(float[] numbers) {
    double largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    return largest;
  }

  @Test
  void whatIsTrainedKeeps32Bits() {
    try (Model model = load(Precision.BFLOAT16);
        Attachment attachment = attach(model, VectorMethods.GAIN)) {
      Map<String, float[]> start = attachment.tensors();
      try (Training training = attachment.training(OPTIONS)) {
        training.step(batch, ANSWERS, 1e-6, 0);
      }
      // Adam's first step is the rate, which rounding to 16 bits would lose.
      attachment
          .tensors()
          .forEach(
              (name, now) -> {
                if (name.endsWith("gain")) {
                  assertThat(now)
                      .containsExactly(start.get(name), within(2e-6f))
                      .isNotEqualTo(start.get(name));
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void anUnfrozenWeightBeginsAsTheHostsWhichIsWidened(Precision precision) {
    try (Model model = load(precision);
        Attachment bare = attach(model);
        Attachment fresh = attach(model, VectorMethods.BIASES);
        Attachment biases = fresh.with(bare.tensors())) {
      assertThat(biases.logits(batch)).isEqualTo(bare.logits(batch));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void savedAndOpenedAnswersAreTheSameInAnyPrecision(Precision precision) {
    Path saved = folder.resolve("saved");
    try (Model model = load(precision);
        Model exact = load(Precision.FLOAT32);
        Attachment attachment = attach(model)) {
      train(attachment, batch, 2);
      Saved.save(attachment, saved, Map.of());
      try (Attachment opened = Saved.open(model, saved);
          Attachment inFull = Saved.open(exact, saved)) {
        assertThat(opened.logits(batch)).isEqualTo(attachment.logits(batch));
        NumbersAssert.assertThat(logits(opened, batch))
            .isCloseTo(logits(inFull, batch), tolerance(precision));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void nothingLeaksOverLoadingTrainingMergingAndAnswering(Precision precision) {
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Model model = load(precision);
          Attachment attachment = attach(model, VectorMethods.GAIN, VectorMethods.BIASES)) {
        train(attachment, batch, 30);
        attachment.logits(batch);
        try (Attachment merged = attachment.merged()) {
          merged.logits(batch);
          merged.mergeErrors(batch);
        }
      }
      alive.add(cpu.liveTensors());
    }
    assertThat(alive).containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void checkpointsOf16BitsLoadIntoEveryPrecision(Precision precision) {
    Map<String, TensorData> stored = TinyModel.weights(true);
    stored.replaceAll((name, data) -> halved(data));
    try (Model fromHalf = load(precision, stored)) {
      List<float[]> found = weights(fromHalf);
      try (Model fromFull = load(Precision.BFLOAT16)) {
        List<float[]> expected = weights(fromFull);
        for (int i = 0; i < found.size(); i++) {
          // What bfloat16 holds fits into 32 bits; of float16 the smallest numbers are coarser.
          assertThat(found.get(i))
              .containsExactly(
                  expected.get(i), within(precision == Precision.FLOAT16 ? 1e-7f : 0f));
        }
      }
    }
  }

  private static TensorData halved(TensorData data) {
    TensorInfo info = data.info();
    ByteBuffer full = data.pieces().get(0).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer half = ByteBuffer.allocate(2 * (int) info.elements()).order(ByteOrder.LITTLE_ENDIAN);
    while (full.hasRemaining()) {
      half.putShort(bfloat16(full.getFloat()));
    }
    return new TensorData(
        new TensorInfo(info.name(), DType.BF16, info.shape()), List.of(half.flip()));
  }

  @Test
  void numbersThatFloat16CannotHoldAreRefusedAndLeaveNothing() {
    Map<String, TensorData> weights = TinyModel.weights(true);
    float[] numbers = new float[16];
    Arrays.fill(numbers, -70000);
    weights.put("pooler.dense.bias", TensorData.of("pooler.dense.bias", numbers, 16));
    assertThatThrownBy(() -> load(Precision.FLOAT16, weights))
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(GraftException.Kind.INPUT))
        .hasMessage(
            "The numbers of 'pooler.bias' do not fit the precision float16.%n  expected: at most 65504%n  found: 70000.0%n  try: the precision bfloat16 or float32"
                .formatted());
    assertThat(cpu.liveTensors()).isZero();
    load(Precision.BFLOAT16, weights).close();
  }

  /** Divides by the largest singular value, which PyTorch computes in 32 bits and more only. */
  private record Normalized(Tensor unused) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      Shape values = Shape.of(p.weight().shape().dim(0));
      Tensor singular =
          Tensor.call("torch.linalg_svdvals", values, Type.REAL, Dim.of(0), p.weight());
      return p.y().dividedBy(singular.select(0, 0)).times(unused);
    }
  }

  @Test
  void anOperatorThatAPrecisionLacksIsNamedWithItsOwner() {
    PeftMethod normalized =
        new TestMethod("normalized", Set.of(), TestMethod.atValues("unused", Normalized::new));
    try (Model exact = load(Precision.FLOAT32);
        Model model = load(Precision.BFLOAT16);
        Attachment works = attach(exact, normalized);
        Attachment fails = attach(model, normalized)) {
      assertThat(works.logits(batch)).hasDimensions(3, 2);
      assertThatThrownBy(() -> fails.logits(batch))
          .isInstanceOf(GraftException.class)
          .hasMessageStartingWith("The precision of the model is too low for an operator.")
          .hasMessageContaining(
              "where: torch.linalg_svdvals of normalized at layers.0.attention.value, recorded at")
          .hasMessageContaining("found: PyTorch can't do it in BFloat16 on cpu")
          .hasMessageEndingWith("try: the precision float32");
    }
  }
}
