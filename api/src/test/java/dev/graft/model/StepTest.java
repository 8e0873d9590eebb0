package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Schedule;
import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.checkpoint.Safetensors;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.methods.StackSpec;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.saved.GraftRecord;
import dev.graft.saved.Saved;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a graft may add to a step of training: a penalty, scheduled scalars, and what follows. */
class StepTest {
  /** Clips so hard that a gradient after clipping could not be taken for one before. */
  private static final Training.Options OPTIONS =
      new Training.Options(new AdamW(0.9, 0.999, 1e-8, 1e-3), 0.01);

  private static final List<Integer> LENGTHS = List.of(4, 7, 2, 9);
  private static final double[] ANSWERS = {0, 1, 1};

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  private static StackSpec spec(BiConsumer<Host, Graft> grafting) {
    return TinyHost.only(new TestMethod("test", Set.of(), grafting));
  }

  private static Tensor vector(Graft graft, String name, double number) {
    return graft.parameter(name, Shape.of(2), Initializer.constant(number));
  }

  /** A scalar w with the penalty s w, so that the gradient of w is s. */
  private static StackSpec showing(double evaluation, Schedule rule) {
    return spec(
        (host, graft) -> {
          Tensor w = graft.parameter("w", Shape.of(1), Initializer.ones());
          Tensor s = graft.scheduled("s", evaluation, rule);
          graft.penalty(w.times(s).sum());
          Site.Projection site = host.projections(Targets.of("value")).get(0);
          graft.at(site, new Shifted(s));
        });
  }

  private static StackSpec drawing(ToDoubleFunction<RandomGenerator> draw) {
    return spec(
        (host, graft) -> {
          Tensor w = graft.parameter("w", Shape.of(1), Initializer.ones());
          graft.penalty(w.times(graft.drawn("s", 0, draw)).sum());
        });
  }

  private record Shifted(Tensor by) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().plus(by);
    }
  }

  private float shown(Training training, long seed) {
    return training.gradients(batch, ANSWERS, seed).get("w")[0];
  }

  private float[] shownOver(Training training, int steps) {
    float[] shown = new float[steps];
    for (int i = 0; i < steps; i++) {
      shown[i] = shown(training, i);
      training.step(batch, ANSWERS, 0, i);
    }
    return shown;
  }

  @Test
  void aPenaltyJoinsTheLossAndItsGradient() {
    BiConsumer<Host, Graft> idle = (h, graft) -> vector(graft, "w", 3);
    BiConsumer<Host, Graft> penalised =
        (h, graft) -> graft.penalty(vector(graft, "w", 3).squared().sum());
    try (Attachment bare = host.attach(spec(idle));
        Attachment graft = host.attach(spec(penalised));
        Training plain = bare.training(OPTIONS);
        Training training = graft.training(OPTIONS)) {
      float loss = plain.step(batch, ANSWERS, 0, 0);
      assertThat(training.gradients(batch, ANSWERS, 0).get("w")).containsExactly(6, 6);
      assertThat(training.step(batch, ANSWERS, 0, 0)).isEqualTo(loss + 18, within(1e-5f));
    }
  }

  @Test
  void aScheduledScalarFollowsTheSteps() {
    StackSpec spec = showing(0, step -> 10 + step.number());
    try (Attachment attachment = host.attach(spec);
        Training training = attachment.training(OPTIONS)) {
      assertThat(shownOver(training, 4)).containsExactly(10, 11, 12, 13);
    }
  }

  @Test
  void resumedTrainingGoesOnWithTheSchedule() {
    StackSpec spec = showing(0, step -> 100 * step.total().orElseThrow() + step.number());
    try (Attachment attachment = host.attach(spec);
        Training training = attachment.training(OPTIONS.withSteps(3, 7))) {
      assertThat(shownOver(training, 2)).containsExactly(703, 704);
    }
  }

  @Test
  void evaluationReadsTheScalarsOwnValueBeforeAndAfterTraining() {
    try (Attachment none = host.attach(showing(0, step -> 5));
        Attachment fresh = host.attach(showing(0.5, step -> 5));
        Attachment half = fresh.with(none.tensors());
        Attachment bare = host.attach("");
        Attachment same = bare.with(headOf(none));
        Training training = half.training(OPTIONS)) {
      float[][] before = half.logits(batch);
      assertThat(none.logits(batch)).isEqualTo(same.logits(batch));
      assertThat(before).isNotEqualTo(none.logits(batch));
      training.step(batch, ANSWERS, 0, 0);
      assertThat(half.logits(batch)).isEqualTo(before);
      assertThat(half.tensors()).doesNotContainKey("s");
    }
  }

  private static Map<String, float[]> headOf(Attachment attachment) {
    Map<String, float[]> head = attachment.tensors();
    head.remove("w");
    return head;
  }

  @Test
  void graftsThatDifferInAScheduleOnlyShareTheirPrograms() {
    assertThat(source(showing(0.5, step -> 7))).isEqualTo(source(showing(0, step -> 5)));
  }

  private String source(StackSpec spec) {
    Stack stack = host.model().stack(spec, List.of("no", "yes"));
    Transformer pass = new Transformer(stack.placed());
    return Program.builder(Precision.FLOAT32)
        .weights(host.model().base().leaves())
        .values(stack.leaves())
        .inputs(pass.inputs())
        .outputs(List.of(new TaskHeadOutput(stack, pass).logits()))
        .build()
        .source();
  }

  @Test
  void aDrawnScalarIsDecidedBySeedStepAndMicroBatch() {
    StackSpec spec = drawing(random -> random.nextInt(1, 1_000_000));
    try (Attachment attachment = host.attach(spec);
        Training one = attachment.training(OPTIONS);
        Training same = attachment.training(OPTIONS);
        Training resumed = attachment.training(OPTIONS.withSteps(2, 9))) {
      float[] drawn = shownOver(one, 3);
      assertThat(drawn).doesNotHaveDuplicates();
      assertThat(shownOver(same, 3)).isEqualTo(drawn);
      assertThat(shown(resumed, 2)).isEqualTo(drawn[2]);
      assertThat(shown(resumed, 3)).isNotEqualTo(drawn[2]);
      resumed.accumulate(batch, ANSWERS, 0.5, 2);
      assertThat(shown(resumed, 2)).isNotEqualTo(drawn[2]);
      resumed.step(batch, ANSWERS, 0, 0.5, 2);
      same.accumulate(batch, ANSWERS, 1, 0);
      same.step(batch, ANSWERS, 0, 0);
      assertThat(shown(same, 9)).isNotEqualTo(shown(one, 9));
    }
  }

  @Test
  void microBatchesAddUpToABatch() {
    BiConsumer<Host, Graft> grafting =
        (h, graft) -> h.parameters().stream().filter(p -> p.isBias()).forEach(graft::unfreeze);
    try (Attachment whole = host.attach(spec(grafting));
        Attachment parts = whole.with(Map.of());
        Training once = whole.training(OPTIONS);
        Training twice = parts.training(OPTIONS)) {
      List<Tokens> rows = LENGTHS.stream().map(StepTest::tokens).toList();
      for (int step = 0; step < 3; step++) {
        once.step(TokenBatch.of(rows, 0), new double[] {0, 1, 1, 1}, 0.01, 0);
        twice.accumulate(TokenBatch.of(rows.subList(0, 1), 0), new double[] {0}, 0.25, 0);
        twice.step(TokenBatch.of(rows.subList(1, 4), 0), new double[] {1, 1, 1}, 0.01, 0.75, 0);
      }
      Map<String, float[]> expected = whole.tensors();
      parts
          .tensors()
          .forEach(
              (name, found) ->
                  NumbersAssert.assertThat(found).as(name).isCloseTo(expected.get(name), 1e-3));
    }
  }

  private static Tokens tokens(int length) {
    long[] ids = new SplittableRandom(length).longs(length, 1, TinyModel.VOCABULARY).toArray();
    return new Tokens(ids, new long[length]);
  }

  @Test
  void afterAStepThereAreTheGradientBeforeClippingAndTheValueAfterTheOptimiser() {
    StackSpec spec =
        spec(
            (h, graft) -> {
              Tensor w = vector(graft, "w", 1);
              Tensor s = graft.scheduled("s", 0, step -> step.number() + 2);
              Tensor sum = graft.buffer("sum", Shape.of(2), Initializer.constant(1));
              Tensor seen = graft.buffer("seen", Shape.of(2), Initializer.zeros());
              graft.penalty(w.sum().times(7));
              graft.afterStep(sum, sum.plus(graft.gradient(w).times(s)));
              graft.afterStep(seen, w);
            });
    try (Attachment attachment = host.attach(spec);
        Training training = attachment.training(OPTIONS)) {
      training.step(batch, ANSWERS, 0.25, 0);
      Map<String, float[]> tensors = attachment.tensors();
      assertThat(tensors.get("sum")).containsExactly(new float[] {15, 15}, within(1e-5f));
      assertThat(tensors.get("w")[0]).isNotEqualTo(1f);
      assertThat(tensors.get("seen")).isEqualTo(tensors.get("w"));
      training.accumulate(batch, ANSWERS, 0.5, 0);
      training.step(batch, ANSWERS, 0.25, 0.25, 0);
      assertThat(attachment.tensors().get("sum"))
          .containsExactly(new float[] {30.75f, 30.75f}, within(1e-4f));
    }
  }

  @Test
  void allNewValuesAreComputedBeforeAnyIsWritten() {
    StackSpec spec =
        spec(
            (h, graft) -> {
              Tensor left = graft.buffer("left", Shape.of(2), Initializer.constant(1));
              Tensor right = graft.buffer("right", Shape.of(2), Initializer.constant(2));
              graft.afterStep(left, right);
              graft.afterStep(right, left);
            });
    try (Attachment attachment = host.attach(spec);
        Training training = attachment.training(OPTIONS)) {
      training.step(batch, ANSWERS, 0, 0);
      assertThat(attachment.tensors().get("left")).containsExactly(2, 2);
      assertThat(attachment.tensors().get("right")).containsExactly(1, 1);
    }
  }

  @Test
  void aParameterThatTheLossDoesNotReachHasAGradientOfZero() {
    StackSpec spec =
        spec(
            (h, graft) -> {
              Tensor w = vector(graft, "w", 3);
              graft.afterStep(w, graft.gradient(w).plus(4));
            });
    try (Attachment attachment = host.attach(spec);
        Training training = attachment.training(OPTIONS)) {
      training.step(batch, ANSWERS, 0, 0);
      assertThat(attachment.tensors().get("w")).containsExactly(4, 4);
    }
  }

  @Test
  void aStepIsTakenWithWhatReplacesTheGradient() {
    StackSpec spec =
        spec(
            (h, graft) -> {
              Tensor w = vector(graft, "w", 3);
              Tensor seen = graft.buffer("seen", Shape.of(2), Initializer.zeros());
              Tensor kept = graft.buffer("kept", Shape.of(2), Initializer.constant(0.5));
              graft.penalty(w.squared().sum());
              graft.replaceGradient(w, graft.gradient(w).times(kept).minus(kept));
              graft.afterStep(seen, graft.gradient(w));
            });
    Training.Options plain = new Training.Options(new AdamW(0, 0.999, 1e-8, 0), 0);
    for (boolean accumulated : List.of(false, true)) {
      try (Attachment attachment = host.attach(spec);
          Training training = attachment.training(plain)) {
        if (accumulated) {
          training.accumulate(batch, ANSWERS, 0.25, 1);
          training.step(batch, ANSWERS, 0, 0.75, 2);
        } else {
          training.step(batch, ANSWERS, 0, 1);
        }
        // The penalty's gradient is 2 w; without a decay the first moment is what a step was taken
        // with.
        assertThat(training.state().get(Training.momentOf("w"))).containsExactly(2.5f, 2.5f);
        assertThat(attachment.tensors().get("seen")).containsExactly(6, 6);
        assertThat(training.gradients(batch, ANSWERS, 0).get("w")).containsExactly(6, 6);
      }
    }
  }

  @Test
  void changesAfterStepsAreSavedAndLeakNothing() {
    TestMethod method =
        new TestMethod(
            "test",
            Set.of(),
            (h, graft) -> {
              Tensor w = vector(graft, "w", 1);
              Tensor count = graft.buffer("count", Shape.of(2), Initializer.zeros());
              graft.penalty(w.squared().sum());
              graft.afterStep(count, count.plus(graft.gradient(w).abs()).plus(1));
              graft.afterStep(w, w.times(graft.scheduled("decay", 1, step -> 0.5)));
            });
    try (Attachment attachment = host.attach(TinyHost.only(method));
        Training training = attachment.training(OPTIONS)) {
      List<Integer> alive = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        training.step(batch, ANSWERS, 0, i);
        alive.add(cpu.liveTensors());
      }
      assertThat(alive).containsOnly(alive.get(0));
      assertThat(attachment.tensors().get("w")[0]).isLessThan(1e-30f);
      assertThat(attachment.tensors().get("count")[0]).isEqualTo(204, within(0.01f));
      Path saved = folder.resolve("saved");
      Saved.save(attachment, saved, Map.of());
      var tensors = Safetensors.open(saved.resolve("1-test").resolve(GraftRecord.TENSORS));
      assertThat(tensors.floats("count")).isEqualTo(attachment.tensors().get("count"));
      assertThat(tensors.names()).doesNotContain("decay");
    }
  }

  @Test
  void whatChangesAfterAStepCanNotDependOnTheHost() {
    StackSpec spec =
        spec(
            (h, graft) -> {
              Site.Projection site = h.projections(Targets.of("value")).get(0);
              Tensor w = graft.parameter("w", site.weight().shape(), Initializer.zeros());
              graft.afterStep(w, w.plus(site.weight()));
            });
    try (Attachment attachment = host.attach(spec)) {
      assertThatThrownBy(() -> attachment.training(OPTIONS))
          .hasMessageStartingWith(
              "What is computed at a step depends on layers.0.attention.value.weight."
                  + System.lineSeparator()
                  + "  where: torch.add of test, recorded at dev.graft.model.StepTest.")
          .hasMessageEndingWith(
              "  expected: tensors of the graft, their gradients, and its scheduled numbers");
    }
  }
}
