package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.Batch;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Trait;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.merging.MergeError;
import dev.graft.merging.MergedWeights;
import dev.graft.merging.Unmerged;
import dev.graft.program.Precision;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.VectorMethods;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MergingTest {
  private static final List<String> LABELS = List.of("no", "yes");
  private static final String NO_MAP =
      "its merged() is empty: it is no affine map, or its method does not say which";

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  /** Adds to what the values' projections give: changes the bias alone. */
  private record Shift(Tensor shift) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().plus(shift);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(new Affine(host.weight(), host.bias().map(bias -> bias.plus(shift))));
    }
  }

  /** Scales what the values' projections read. */
  private record InputGain(Tensor gain) implements ProjectionIntervention {
    @Override
    public Tensor input(Tensor x, Batch batch) {
      return x.times(gain);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(new Affine(host.weight().times(gain), host.bias()));
    }
  }

  /** Doubles, and says that it triples. */
  private record Liar(Tensor unused) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().times(2);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(
          new Affine(host.weight().times(3), host.bias().map(bias -> bias.times(3))));
    }
  }

  private static final PeftMethod SHIFT =
      new TestMethod("shift", Set.of(Trait.MERGEABLE), TestMethod.atValues("shift", Shift::new));
  private static final PeftMethod INPUT_GAIN =
      new TestMethod(
          "input-gain", Set.of(Trait.MERGEABLE), TestMethod.atValues("input_gain", InputGain::new));
  private static final PeftMethod LIAR =
      new TestMethod("liar", Set.of(Trait.MERGEABLE), TestMethod.atValues("unused", Liar::new));

  private Model load(Precision precision) {
    return cpu.load(TinyModel.of("bert"), Model.Options.DEFAULT.withPrecision(precision));
  }

  private static Attachment attach(Model model, PeftMethod... methods) {
    return model.attach(model.stack(TinyHost.only(methods), LABELS), 3);
  }

  private static float[] logits(Attachment attachment, TokenBatch batch) {
    return NumbersAssert.flat(attachment.logits(batch));
  }

  private static double tolerance(Precision precision) {
    return switch (precision) {
      case BFLOAT16 -> 0.03;
      case FLOAT16 -> 0.004;
      default -> 1e-5;
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void mergingAndUnmergingAnyNumberOfTimesLeavesWeightsAndAnswersBitIdentical(Precision precision) {
    Model model = load(precision);
    try (Attachment attachment = attach(model, VectorMethods.GAIN, INPUT_GAIN)) {
      List<float[]> before = PrecisionTest.weights(model);
      float[][] unmerged = attachment.logits(batch);
      float[][] first = null;
      for (int cycle = 0; cycle < 5; cycle++) {
        try (Attachment merged = attachment.merged()) {
          assertThat(merged.unmerged()).isEmpty();
          NumbersAssert.assertThat(logits(merged, batch))
              .isCloseTo(NumbersAssert.flat(unmerged), tolerance(precision));
          first = first == null ? merged.logits(batch) : first;
          assertThat(merged.logits(batch)).isEqualTo(first);
        }
        assertThat(attachment.logits(batch)).isEqualTo(unmerged);
      }
      assertThat(PrecisionTest.weights(model)).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @Test
  void twoAttachmentsOfOneModelAreMergedAtTheSameTime() {
    Model model = load(Precision.FLOAT32);
    try (Attachment gain = attach(model, VectorMethods.GAIN);
        Attachment shift = attach(model, SHIFT);
        Attachment mergedGain = gain.merged();
        Attachment mergedShift = shift.merged()) {
      NumbersAssert.assertThat(logits(mergedGain, batch)).isCloseTo(logits(gain, batch), 1e-5);
      NumbersAssert.assertThat(logits(mergedShift, batch)).isCloseTo(logits(shift, batch), 1e-5);
      assertThat(mergedGain.logits(batch)).isNotEqualTo(mergedShift.logits(batch));
    }
  }

  @Test
  void onlyWhatMergingChangesIsOwnedBesideTheBase() {
    Model model = load(Precision.BFLOAT16);
    try (Attachment gain = attach(model, VectorMethods.GAIN);
        Attachment shift = attach(model, SHIFT)) {
      int before = cpu.liveTensors();
      // Weights of 16 x 16 and biases of 16 at two sites; of the second method biases only.
      try (Attachment merged = gain.merged()) {
        assertThat(merged.mergedSites()).isEqualTo(2);
        assertThat(cpu.liveTensors()).isEqualTo(before + 4);
      }
      try (Attachment merged = shift.merged()) {
        assertThat(merged.mergedSites()).isEqualTo(2);
        assertThat(cpu.liveTensors()).isEqualTo(before + 2);
      }
      assertThat(cpu.liveTensors()).isEqualTo(before);
      try (MergedWeights merged = MergedWeights.of(model.base(), gain.stack(), gain.values())) {
        List<Value> all = merged.bound().values().list();
        List<Value> own = all.subList(model.base().values().size(), all.size());
        assertThat(own).extracting(Value::size).containsExactly(256L, 16L, 256L, 16L);
        assertThat(own)
            .allSatisfy(
                value ->
                    assertThat(catchThrowable(value::floats))
                        .hasMessageContaining("is kept in bfloat16"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void errorsAreMeasuredAtEachSiteOnWhatItReads(Precision precision) {
    Model model = load(precision);
    try (Attachment attachment =
            attach(model, VectorMethods.GAIN, INPUT_GAIN, VectorMethods.OFFSET);
        Attachment merged = attachment.merged()) {
      List<MergeError> errors = merged.mergeErrors(batch);
      assertThat(errors)
          .extracting(MergeError::site)
          .containsExactly("layers.0.attention.value", "layers.1.attention.value");
      for (MergeError error : errors) {
        assertThat(error.grafts()).containsExactly("gain"); // what input-gain changes, offset reads
        assertThat(error.relative()).isLessThan(tolerance(precision));
        assertThat(error.absolute() > 0).isEqualTo(error.relative() > 0);
      }
      assertThat(errors.get(0).relative() > 1e-4).isEqualTo(precision.isHalf());
      assertThat(attachment.mergeErrors(batch)).isEmpty();
    }
  }

  @Test
  void aMergedFormThatIsNotTheMethodIsSeen() {
    Model model = load(Precision.FLOAT32);
    try (Attachment attachment = attach(model, LIAR);
        Attachment merged = attachment.merged()) {
      assertThat(merged.mergeErrors(batch))
          .hasSize(2)
          .allSatisfy(error -> assertThat(error.relative()).isCloseTo(0.5, within(1e-6)));
    }
  }

  @Test
  void paddingDoesNotCountAsAnError() {
    Model model = load(Precision.FLOAT32);
    try (Attachment attachment = attach(model, LIAR);
        Attachment merged = attachment.merged()) {
      // Errors as large as the outputs, so that what padding gives would be seen for some token.
      List<Tokens> rows =
          List.of(
              new Tokens(new long[] {5}, new long[1]),
              new Tokens(new long[] {9, 8, 7, 6, 5, 4}, new long[6]));
      double expected = merged.mergeErrors(TokenBatch.of(rows, 0)).get(0).absolute();
      for (int padding = 1; padding < TinyModel.VOCABULARY; padding++) {
        assertThat(merged.mergeErrors(TokenBatch.of(rows, padding)).get(0).absolute())
            .isCloseTo(expected, within(1e-6));
      }
    }
  }

  @Test
  void whatStaysIsListedWithItsReason() {
    Model model = load(Precision.FLOAT32);
    try (Attachment attachment =
            attach(model, VectorMethods.GAIN, VectorMethods.OFFSET, VectorMethods.GAIN);
        Attachment merged = attachment.merged()) {
      assertThat(merged.mergedSites()).isEqualTo(2);
      assertThat(merged.unmerged())
          .containsExactly(
              new Unmerged("offset", "layers.0.attention.value", NO_MAP),
              new Unmerged(
                  "gain-2", "layers.0.attention.value", "it comes after offset, which stays"),
              new Unmerged("offset", "layers.1.attention.value", NO_MAP),
              new Unmerged(
                  "gain-2", "layers.1.attention.value", "it comes after offset, which stays"));
      NumbersAssert.assertThat(logits(merged, batch)).isCloseTo(logits(attachment, batch), 1e-5);
    }
  }
}
