package dev.graft.prefix;

import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.AttentionIntervention.Attended;
import dev.graft.api.Batch;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Tensor.Source;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.Reference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

class LlamaAdapterMethodTest {
  // Two sequences of three tokens, four heads of width two that share two key-value heads, a stream
  // of width eight, and a prompt of five rows.
  private static final int ROWS = 2;
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int TOKENS = 3;
  private static final int WIDTH = 2;
  private static final int STREAM = 8;
  private static final int PROMPT = 5;

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final SplittableRandom random = new SplittableRandom(5);
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<float[]> numbers = new ArrayList<>();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  private Tensor drawn(long... shape) {
    Shape size = Shape.of(shape);
    float[] drawn = new float[(int) size.size().fixed()];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) random.nextGaussian();
    }
    numbers.add(drawn);
    leaves.add(Tensor.leaf(Source.VALUE, "v" + leaves.size(), size, Type.REAL));
    return leaves.get(leaves.size() - 1);
  }

  private record Given(Tensor query, Tensor output, Affine key, Affine value, Batch batch)
      implements Attended {}

  @Test
  void gatedAttentionToThePromptIsThatOfThePaper() {
    Tensor query = drawn(ROWS, HEADS, TOKENS, WIDTH);
    Tensor output = drawn(ROWS, HEADS, TOKENS, WIDTH);
    Affine key = new Affine(drawn(KEY_HEADS * WIDTH, STREAM), Optional.of(drawn(4)));
    Affine value = new Affine(drawn(KEY_HEADS * WIDTH, STREAM), Optional.empty());
    Tensor prompt = drawn(PROMPT, STREAM);
    Tensor gate = drawn(1);
    Site.Attention site = new Site.Attention("layers.0.attention", 0, HEADS, KEY_HEADS, WIDTH);
    Program program =
        Program.builder(Precision.FLOAT32)
            .values(leaves)
            .outputs(
                List.of(
                    new GatedPrompt(site, prompt, gate)
                        .output(new Given(query, output, key, value, null))))
            .build();
    try (Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program.compile(cpu.device(), none);
        Values values = Values.owning(created());
        Values results = compiled.run(values, none)) {
      NumbersAssert.assertThat(results.get(0).floats()).isCloseTo(expected(), 1e-5);
    }
  }

  private List<Value> created() {
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      values.add(cpu.device().create("v" + i, numbers.get(i), leaves.get(i).shape().fixed()));
    }
    return values;
  }

  /** Output and gate times softmax(q k / sqrt(width)) v, in loops. */
  private float[] expected() {
    float[] query = numbers.get(0);
    float[] expected = numbers.get(1).clone();
    double[] keys = projected(numbers.get(2), numbers.get(3));
    double[] values = projected(numbers.get(4), new float[KEY_HEADS * WIDTH]);
    float gate = numbers.get(6)[0];
    for (int row = 0; row < ROWS * HEADS * TOKENS; row++) {
      int head = row / TOKENS % HEADS / (HEADS / KEY_HEADS);
      double[] weights = new double[PROMPT];
      double sum = 0;
      for (int p = 0; p < PROMPT; p++) {
        double score = 0;
        for (int e = 0; e < WIDTH; e++) {
          score += query[row * WIDTH + e] * keys[(p * KEY_HEADS + head) * WIDTH + e];
        }
        weights[p] = Math.exp(score / Math.sqrt(WIDTH));
        sum += weights[p];
      }
      for (int e = 0; e < WIDTH; e++) {
        for (int p = 0; p < PROMPT; p++) {
          double v = values[(p * KEY_HEADS + head) * WIDTH + e];
          expected[row * WIDTH + e] += (float) (gate * weights[p] / sum * v);
        }
      }
    }
    return expected;
  }

  private double[] projected(float[] weight, float[] bias) {
    float[] prompt = numbers.get(5);
    int out = KEY_HEADS * WIDTH;
    double[] projected = new double[PROMPT * out];
    for (int k = 0; k < projected.length; k++) {
      projected[k] = bias[k % out];
      for (int d = 0; d < STREAM; d++) {
        projected[k] += weight[k % out * STREAM + d] * prompt[k / out * STREAM + d];
      }
    }
    return projected;
  }

  @Test
  void onlyTheTopLayersHaveAPromptAndAGate() {
    assertThat(onBert(12, 768, "llama-adapter:virtual-tokens=7,layers=2").grafts().get(0).owned())
        .extracting(Owned::name)
        .containsExactly(
            "layers.10.attention.adaption_prompt",
            "layers.10.attention.adaption_gate",
            "layers.11.attention.adaption_prompt",
            "layers.11.attention.adaption_gate");
    assertThat(onBert(12, 768, "llama-adapter").methodCount()).isEqualTo(12 * (10 * 768 + 1));
  }

  @Test
  void aClosedGateLeavesTheHostAsItIsAndTrainingOpensIt() {
    TinyHost host = cpu.host();
    try (Attachment bare = host.attach("");
        Attachment fresh = host.attach("llama-adapter:virtual-tokens=3,layers=1")) {
      assertThat(fresh.hiddenStates(batch))
          .containsExactly(bare.hiddenStates(batch).toArray(float[][]::new));
      Map<String, float[]> before = fresh.tensors();
      try (Training training = AttachedReference.training(fresh)) {
        List<Integer> alive = new ArrayList<>();
        for (int step = 0; step < 5; step++) {
          training.step(batch, new double[] {0, 1, 1}, 0.01, step);
          alive.add(cpu.liveTensors());
        }
        assertThat(alive).containsOnly(alive.get(0));
      }
      fresh
          .tensors()
          .forEach((name, now) -> assertThat(now).as(name).isNotEqualTo(before.get(name)));
      assertThat(fresh.hiddenStates(batch).get(1)).isEqualTo(bare.hiddenStates(batch).get(1));
      assertThat(fresh.hiddenStates(batch).get(2)).isNotEqualTo(bare.hiddenStates(batch).get(2));
    }
  }

  @TestFactory
  Stream<DynamicTest> hostsOfAllKindsTakeAPrompt() {
    return Reference.hosts().stream()
        .map(reference -> DynamicTest.dynamicTest(reference.name(), () -> checkOn(reference)));
  }

  private void checkOn(Reference reference) {
    TinyHost host = cpu.host(reference.model());
    try (Attachment bare = host.attach("");
        Attachment fresh = host.attach("llama-adapter");
        Attachment closed = fresh.with(bare.tensors());
        Attachment open =
            closed.with(Map.of("layers.0.attention.adaption_gate", new float[] {0.5f}))) {
      TokenBatch batch = reference.batch(host.model().host().config().paddingId());
      // Other rows are left out where keys stand in front, so that products round otherwise.
      NumbersAssert.assertThat(NumbersAssert.flat(closed.logits(batch)))
          .isCloseTo(NumbersAssert.flat(bare.logits(batch)), 1e-6);
      assertThat(open.logits(batch)).isNotEqualTo(bare.logits(batch));
    }
  }
}
