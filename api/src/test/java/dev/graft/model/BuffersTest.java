package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.BufferSpec;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.Safetensors;
import dev.graft.conformance.TinyHosts;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.program.Precision;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.Type;
import dev.graft.saved.Saved;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Frozen tensors of each type, saved or drawn again. */
class BuffersTest {
  private static final TokenBatch BATCH = TinyModel.batch(5, 9, 3);
  private static final Training.Options OPTIONS = new Training.Options(AdamW.DEFAULT, 0);

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  private static PeftMethod method(BiConsumer<Host, Graft> grafting) {
    return new TestMethod("test", Set.of(), grafting);
  }

  /** Swaps the stream's first and last element, whose places are kept in a buffer. */
  private static void swapping(Host host, Graft graft) {
    int width = host.width();
    Tensor places =
        graft.buffer(
            "places",
            Shape.of(width),
            Type.INT64,
            Initializer.array(
                (random, shape) -> {
                  double[] all = new double[width];
                  Arrays.setAll(all, i -> i);
                  all[0] = width - 1;
                  all[width - 1] = 0;
                  return all;
                }));
    Tensor scale = graft.parameter("scale", Shape.of(width), Initializer.ones());
    graft.at(
        host.blocks().get(0),
        state -> {
          Tensor y = state.output();
          return Tensor.call(
                  "torch.index_select", y.shape(), y.type(), y.shape().size(), y, 2L, places)
              .times(scale);
        });
  }

  private float[][] logits(String host, Precision precision, PeftMethod method) {
    Model model = cpu.load(TinyHosts.named(host), Model.Options.DEFAULT.withPrecision(precision));
    try (Attachment attachment = new TinyHost(model).attach(TinyHost.only(method))) {
      return attachment.logits(BATCH);
    }
  }

  @Test
  void placesStayWhatTheyAreInHalfPrecision() {
    for (String host : List.of("bert of width 264", "llama of width 2064")) {
      PeftMethod method = method(BuffersTest::swapping);
      NumbersAssert.assertThat(NumbersAssert.flat(logits(host, Precision.BFLOAT16, method)))
          .as(host)
          .isCloseTo(NumbersAssert.flat(logits(host, Precision.FLOAT32, method)), 0.1);
    }
  }

  @Test
  void wholeNumbersAreSavedAndOpenedToTheLastDigit() {
    double large = 0x1p53 - 1;
    PeftMethod method =
        method(
            (host, graft) -> {
              graft.buffer("n", Shape.of(2), Type.INT64, Initializer.constant(large));
              graft.buffer("x", Shape.of(2), Type.FLOAT32, Initializer.constant(0.1));
              swapping(host, graft);
            });
    TinyHost host = cpu.host();
    Path saved = folder.resolve("saved");
    try (Attachment fresh = host.attach(TinyHost.only(method));
        Training training = fresh.training(OPTIONS)) {
      training.step(BATCH, new double[] {0, 1, 1}, 0.01, 1);
      assertThat(fresh.stored().get("n"))
          .isEqualTo(StoredTensor.whole(Shape.of(2), (1L << 53) - 1, (1L << 53) - 1));
      assertThat(fresh.tensors()).containsKeys("x", "scale").doesNotContainKeys("n", "places");
      Saved.save(fresh, saved, Map.of());
      assertThat(Safetensors.open(saved.resolve("1-test/graft.safetensors")).info("n").type())
          .isEqualTo(DType.I64);
      try (Attachment opened =
              Saved.open(host.model(), saved, Methods.of(List.of(method)), Saved.Base.SAME);
          Attachment same = opened.with(Map.of())) {
        assertThat(opened.stored()).isEqualTo(fresh.stored());
        assertThat(same.logits(BATCH)).isDeepEqualTo(fresh.logits(BATCH));
      }
    }
  }

  @Test
  void whatIsDrawnAgainIsNotSavedAndDependsOnItsOwnSeedAlone() {
    PeftMethod one = method((host, graft) -> shifting(host, graft, 7));
    PeftMethod other = method((host, graft) -> shifting(host, graft, 8));
    TinyHost host = cpu.host();
    Path saved = folder.resolve("saved");
    try (Attachment first = host.attach(TinyHost.only(one));
        Attachment second = host.attach(TinyHost.only(other))) {
      assertThat(first.logits(BATCH)[0]).isNotEqualTo(second.logits(BATCH)[0]);
      assertThat(first.stored()).doesNotContainKey("shift");
      assertThat(new Plan(first.stack(), Precision.FLOAT32, 1, 1).bufferParameters()).isEqualTo(16);
      Saved.save(first, saved, Map.of());
      assertThat(Safetensors.open(saved.resolve("1-test/graft.safetensors")).names())
          .containsExactly("scale");
      Map<String, float[]> head = first.tensors();
      try (Attachment opened =
              Saved.open(host.model(), saved, Methods.of(List.of(one)), Saved.Base.SAME);
          Attachment seeded = host.model().attach(first.stack(), 99);
          Attachment sameHead = seeded.with(head)) {
        assertThat(opened.logits(BATCH)).isDeepEqualTo(first.logits(BATCH));
        assertThat(sameHead.logits(BATCH)).isDeepEqualTo(first.logits(BATCH));
      }
    }
  }

  private static void shifting(Host host, Graft graft, long seed) {
    Shape shape = Shape.of(host.width());
    Tensor shift =
        graft.buffer(BufferSpec.of("shift", shape, Initializer.normal(1)).drawnFrom(seed));
    Tensor scale = graft.parameter("scale", shape, Initializer.ones());
    graft.at(host.blocks().get(0), state -> state.output().plus(shift.times(scale)));
  }

  @Test
  void anUnfrozenWeightMayLearnAtARateOfItsOwn() {
    PeftMethod method =
        method(
            (host, graft) ->
                host.parameters().stream()
                    .filter(p -> p.isBias())
                    .forEach(
                        p ->
                            graft.unfreeze(
                                p,
                                spec ->
                                    p.name().contains("layers.0")
                                        ? spec.withRateFactor(0)
                                        : spec.withMayBeIdle("a key's bias adds nothing"))));
    try (Attachment attachment = cpu.host().attach(TinyHost.only(method));
        Training training = attachment.training(OPTIONS)) {
      Map<String, float[]> before = attachment.tensors();
      training.step(BATCH, new double[] {0, 1, 1}, 0.01, 1);
      Map<String, float[]> after = attachment.tensors();
      assertThat(after.get("layers.0.mlp.up.bias")).isEqualTo(before.get("layers.0.mlp.up.bias"));
      assertThat(after.get("layers.1.mlp.up.bias"))
          .isNotEqualTo(before.get("layers.1.mlp.up.bias"));
    }
  }
}
