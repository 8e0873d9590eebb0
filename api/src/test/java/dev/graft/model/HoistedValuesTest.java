package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.djl.AttachmentBlock;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.Values;
import dev.graft.tasks.Tasks;
import dev.graft.testing.FourierMethod;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.OftMethod;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.VectorMethods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stack computes from its own tensors is computed once, and nobody sees a difference. */
class HoistedValuesTest {
  private static final Training.Options OPTIONS = new Training.Options(AdamW.DEFAULT, 0.01);
  private static final double[] ANSWERS = {0, 1, 1};
  private static final PeftMethod OFT = new OftMethod();
  private static final PeftMethod[] BOTH = {new FourierMethod(9), OFT};

  /** Two sites in each of two layers, and one result of each method at each of them. */
  private static final int HOISTED = 8;

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  private Attachment attach(PeftMethod... methods) {
    return host.attach(TinyHost.only(methods));
  }

  /** What the program as it was recorded gives, of which nothing is hoisted. */
  private float[] computedAnew(Attachment attachment) {
    try (CompiledProgram whole =
            attachment
                .program()
                .compile(attachment.model().device(), attachment.weights().values());
        Values inputs = Values.owning(batch.onto(attachment.model().device()));
        Values results = whole.run(attachment.values(), inputs)) {
      return results.get(0).floats();
    }
  }

  private void assertFresh(Attachment attachment) {
    NumbersAssert.assertThat(NumbersAssert.flat(attachment.logits(batch)))
        .isCloseTo(computedAnew(attachment), 1e-6);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void answersAreThoseOfTheWholeProgramAfterEveryStep(Precision precision) {
    Model.Options options = Model.Options.DEFAULT.withPrecision(precision).withDropout(0);
    TinyHost narrow = new TinyHost(cpu.load(TinyModel.of("bert"), options));
    try (Attachment attachment = narrow.attach(TinyHost.only(BOTH));
        Training training = attachment.training(OPTIONS)) {
      float[] before = NumbersAssert.flat(attachment.logits(batch));
      for (int i = 0; i < 3; i++) {
        assertFresh(attachment);
        training.step(batch, ANSWERS, 0.01, i);
        assertFresh(attachment);
        training.accumulate(batch, ANSWERS, 0.5, i);
        training.step(batch, ANSWERS, 0.01, 0.5, i);
      }
      assertFresh(attachment);
      assertThat(NumbersAssert.flat(attachment.logits(batch))).isNotEqualTo(before);
    }
  }

  @Test
  void thePassHoldsNoExpressionOverTheTensorsAlone() {
    try (Attachment attachment = attach(BOTH)) {
      assertThat(attachment.program().source()).contains("torch.fft_ifftn", "torch.linalg_solve");
      assertThat(attachment.program().hoistable()).hasSize(HOISTED);
      assertThat(attachment.running().source())
          .doesNotContain("torch.fft_ifftn", "torch.linalg_solve", "torch.scatter");
    }
  }

  @Test
  void aStackThatComputesNothingFromItsTensorsAloneRunsTheProgramItRecorded() {
    try (Attachment attachment = attach(VectorMethods.GAIN, VectorMethods.BIASES)) {
      int alive = cpu.liveTensors();
      attachment.logits(batch);
      assertThat(cpu.liveTensors()).isEqualTo(alive);
      assertThat(attachment.running().source()).isEqualTo(attachment.program().source());
      assertThat(host.model().programs()).isEqualTo(1);
    }
  }

  @Test
  void lossHiddenStatesMergedAndDjlsBlockReadWhatIsHoistedToo() {
    try (Attachment attachment = attach(new FourierMethod(9), VectorMethods.GAIN);
        Attachment merged = attachment.merged();
        Training training = attachment.training(OPTIONS);
        NDManager manager = NDManager.newBaseManager()) {
      AttachmentBlock block = new AttachmentBlock(attachment);
      for (int i = 0; i < 2; i++) {
        float loss = attachment.loss(batch, ANSWERS);
        assertThat(training.gradients(batch, ANSWERS, 0).get("loss")[0])
            .isCloseTo(loss, within(1e-5f));
        float[] logits = NumbersAssert.flat(attachment.logits(batch));
        assertThat(attachment.hiddenStates(batch)).hasSize(3);
        // The update is not mergeable: the merged attachment computes it from the same tensors.
        assertThat(merged.mergedSites()).isZero();
        NumbersAssert.assertThat(NumbersAssert.flat(merged.logits(batch))).isCloseTo(logits, 1e-6);
        NDList ids = new NDList(manager.create(new long[][] {{5, 6, 7}}));
        NDList found = block.forward(new ParameterStore(), ids, false);
        TokenBatch same = TokenBatch.of(List.of(new Tokens(new long[] {5, 6, 7}, new long[3])), 0);
        NumbersAssert.assertThat(found.singletonOrThrow().toFloatArray())
            .isCloseTo(attachment.logits(same)[0], 1e-6);
        training.step(batch, ANSWERS, 0.01, i);
        assertThat(NumbersAssert.flat(merged.logits(batch))).isNotEqualTo(logits);
      }
    }
  }

  @Test
  void aMergedAttachmentHoistsWhatIsLeft() {
    try (Attachment attachment = attach(VectorMethods.GAIN, new FourierMethod(9))) {
      float[] logits = NumbersAssert.flat(attachment.logits(batch));
      int alive = cpu.liveTensors();
      try (Attachment merged = attachment.merged()) {
        assertThat(merged.mergedSites()).isPositive();
        assertThat(merged.running().source()).doesNotContain("torch.fft_ifftn");
        NumbersAssert.assertThat(NumbersAssert.flat(merged.logits(batch))).isCloseTo(logits, 1e-5);
        merged.loss(batch, ANSWERS);
      }
      assertThat(cpu.liveTensors()).isEqualTo(alive);
    }
  }

  @Test
  void whatChangesAfterAStepIsSeen() {
    PeftMethod turning =
        new TestMethod(
            "turning",
            Set.of(),
            (h, graft) -> {
              Site.Projection site = h.projections(Targets.of("value")).get(0);
              Tensor angle = graft.buffer("angle", Shape.of(site.out()), Initializer.ones());
              graft.at(site, new Scaled(angle.cos()));
              graft.afterStep(angle, angle.plus(1));
            });
    try (Attachment attachment = attach(turning);
        Training training = attachment.training(OPTIONS)) {
      for (int i = 0; i < 3; i++) {
        float[] before = NumbersAssert.flat(attachment.logits(batch));
        training.step(batch, ANSWERS, 0, i);
        assertFresh(attachment);
        assertThat(NumbersAssert.flat(attachment.logits(batch))).isNotEqualTo(before);
      }
    }
  }

  private record Scaled(Tensor by) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().times(by);
    }
  }

  @Test
  void nothingIsLeftOfAttachingAskingTrainingAndLettingGo() {
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Attachment attachment = attach(BOTH)) {
        int own = cpu.liveTensors();
        attachment.logits(batch);
        attachment.loss(batch, ANSWERS);
        assertThat(cpu.liveTensors()).isEqualTo(own + HOISTED);
        attachment.letGo();
        assertThat(cpu.liveTensors()).isEqualTo(own);
        attachment.logits(batch);
        try (Training training = attachment.training(OPTIONS)) {
          for (int step = 0; step < 5; step++) {
            training.accumulate(batch, ANSWERS, 0.5, step);
            attachment.logits(batch);
            training.step(batch, ANSWERS, 0.01, 0.5, step);
          }
          training.accumulate(batch, ANSWERS, 0.5, 9);
        }
        assertThat(cpu.liveTensors()).isEqualTo(own);
        attachment.logits(batch);
      }
      alive.add(cpu.liveTensors());
    }
    assertThat(alive).containsOnly(alive.get(0));
  }

  @Test
  void ofManyTasksOnlyTheOneInUseKeepsWhatIsHoisted() {
    try (Tasks tasks = new Tasks(host.model())) {
      int before = cpu.liveTensors();
      int own = 0;
      for (int i = 0; i < 3; i++) {
        Attachment task;
        try (Attachment fresh = attach(BOTH)) {
          task = fresh.with(fresh.tensors());
        }
        own += task.values().size();
        task.logits(batch);
        tasks.add("task " + i, task);
        assertThat(cpu.liveTensors()).isEqualTo(before + own);
      }
      for (int i = 0; i < 6; i++) {
        tasks.use("task " + i % 3);
        tasks.logits(batch);
        assertThat(cpu.liveTensors()).isEqualTo(before + own + HOISTED);
      }
      float[][] ofTheOld =
          tasks.call(
              task -> {
                float[][] first = task.logits(batch);
                tasks.use("task 0");
                assertThat(task.logits(batch)).isDeepEqualTo(first);
                return first;
              });
      assertThat(ofTheOld).hasDimensions(3, 2);
      assertThat(cpu.liveTensors()).isEqualTo(before + own);
    }
  }

  @Test
  void threadsAskWhileItIsLetGo() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    AtomicBoolean done = new AtomicBoolean();
    try (Attachment attachment = attach(BOTH)) {
      float[][] expected = attachment.logits(batch);
      int alive = cpu.liveTensors();
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        calls.add(
            threads.submit(
                () -> {
                  int count = 0;
                  do {
                    assertThat(attachment.logits(batch)).isDeepEqualTo(expected);
                    count++;
                  } while (!done.get());
                  return count;
                }));
      }
      for (int i = 0; i < 50; i++) {
        attachment.letGo();
        assertThat(attachment.logits(batch)).isDeepEqualTo(expected);
      }
      done.set(true);
      for (Future<Integer> call : calls) {
        assertThat(call.get()).isPositive();
      }
      attachment.logits(batch);
      assertThat(cpu.liveTensors()).isEqualTo(alive);
    } finally {
      done.set(true);
      threads.shutdown();
    }
  }

  // Accumulation

  /** Both methods, a penalty, dropout on a parameter, a drawn number, and what the gradient was. */
  private static void everything(Host host, Graft graft) {
    new FourierMethod(9).graft(host, null, graft);
    OFT.graft(host, OFT.spec().settings().defaults(), graft);
    Site.Projection site = host.projections(Targets.of("value")).get(1);
    Tensor gain = graft.parameter("gain", Shape.of(site.out()), Initializer.normal(1));
    Tensor drawn = graft.drawn("drawn", 1, random -> random.nextDouble(1, 2));
    Tensor seen = graft.buffer("seen", gain.shape(), Initializer.zeros());
    graft.at(site, new Scaled(gain.dropout(0.5).times(drawn).plus(gain.tanh())));
    graft.penalty(gain.squared().sum().times(0.1));
    graft.afterStep(seen, graft.gradient(gain));
  }

  private static final TestMethod EVERYTHING =
      new TestMethod("everything", Set.of(), HoistedValuesTest::everything);

  @Test
  void accumulatedGradientsAreTheSumsOfThoseOfTheMicroBatches() {
    Training.Options unclipped = new Training.Options(new AdamW(0, 0.999, 1e-8, 0), 0);
    try (Attachment attachment = attach(EVERYTHING);
        Training training = attachment.training(unclipped)) {
      for (int step = 0; step < 3; step++) {
        Map<String, float[]> sums = new LinkedHashMap<>();
        for (int k = 0; k < 4; k++) {
          int seed = 10 * step + k;
          add(sums, training.gradients(batch, ANSWERS, seed), 0.25f);
          if (k < 3) {
            training.accumulate(batch, ANSWERS, 0.25, seed);
          } else {
            training.step(batch, ANSWERS, 0.01, 0.25, seed);
          }
        }
        NumbersAssert.assertThat(attachment.tensors().get("seen"))
            .isCloseTo(sums.get("gain"), 1e-6);
        sums.remove("loss");
        Map<String, float[]> state = training.state();
        assertThat(sums).hasSizeGreaterThan(HOISTED);
        // Without a decay the first moment is the gradient.
        sums.forEach(
            (name, sum) ->
                NumbersAssert.assertThat(state.get(Training.momentOf(name)))
                    .as(name)
                    .isCloseTo(sum, 1e-6));
      }
    }
  }

  private static void add(Map<String, float[]> sums, Map<String, float[]> more, float share) {
    more.forEach(
        (name, numbers) -> {
          float[] sum = sums.computeIfAbsent(name, n -> new float[numbers.length]);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += share * numbers[i];
          }
        });
  }

  @Test
  void fourMicroBatchesAreOneBatchWhateverIsHoisted() {
    // At the rate 0 nothing moves, so that the moments are those of one gradient.
    TokenBatch whole = TinyModel.batch(6, 6, 6, 6);
    double[] answers = {0, 1, 1, 0};
    try (Attachment attachment = attach(BOTH);
        Training once = attachment.training(OPTIONS);
        Training parts = attachment.training(OPTIONS)) {
      once.step(whole, answers, 0, 0);
      for (int row = 0; row < 3; row++) {
        parts.accumulate(whole.row(row), new double[] {answers[row]}, 0.25, 0);
      }
      parts.step(whole.row(3), new double[] {answers[3]}, 0, 0.25, 0);
      Map<String, float[]> expected = once.state();
      parts
          .state()
          .forEach(
              (name, found) ->
                  NumbersAssert.assertThat(found).as(name).isCloseTo(expected.get(name), 1e-4));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void inHalfPrecisionAccumulationGivesAboutTheSame(Precision precision) {
    Model.Options options = Model.Options.DEFAULT.withPrecision(precision).withDropout(0);
    TinyHost narrow = new TinyHost(cpu.load(TinyModel.of("bert"), options));
    try (Attachment attachment = narrow.attach(TinyHost.only(BOTH));
        Training once = attachment.training(OPTIONS);
        Training parts = attachment.training(OPTIONS)) {
      once.step(batch, ANSWERS, 0, 0);
      parts.accumulate(batch, ANSWERS, 0.5, 0);
      parts.step(batch, ANSWERS, 0, 0.5, 0);
      Map<String, float[]> expected = once.state();
      parts
          .state()
          .forEach(
              (name, found) -> {
                if (name.startsWith("first")) {
                  NumbersAssert.assertThat(found)
                      .as(name)
                      .isCloseTo(expected.get(name), precision == Precision.FLOAT16 ? 0.01 : 0.05);
                }
              });
    }
  }
}
