package dev.graft.bottleneck;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.api.Initializer;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.testing.Stacks;
import dev.graft.testing.TestDevice;
import dev.graft.transformer.AtSublayer;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelFormulaTest {
  private static final int WIDTH = 64;
  private static final int INNER = 3;
  private static final String PATH = "layers.0.mlp";

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final SplittableRandom random = new SplittableRandom(4);

  @ParameterizedTest
  @ValueSource(strings = {"parallel:bottleneck=3", "parallel:bottleneck=3,learn-scale=true"})
  void theScaledAdapterReadsWhatTheMlpReadsAndIsAddedToWhatItGives(String stack) {
    DeclaredGraft graft = Stacks.onBert(1, WIDTH, stack).grafts().get(0);
    Assertions.assertThat(graft.sites()).extracting(Site::path).containsExactly(PATH);
    Map<String, float[]> numbers = new HashMap<>();
    List<Tensor> leaves = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    for (Owned owned : graft.owned()) {
      float[] filled =
          owned.name().endsWith("scale") ? new float[] {scale(owned)} : random((int) owned.size());
      numbers.put(owned.name(), filled);
      leaves.add(owned.leaf());
      values.add(cpu.device().create(owned.name(), filled, owned.spec().shape().fixed()));
    }
    Tensor read = Tensor.leaf(Tensor.Source.VALUE, "read", Shape.of(1, 1, WIDTH), Type.REAL);
    Tensor given = Tensor.leaf(Tensor.Source.VALUE, "given", Shape.of(1, 1, WIDTH), Type.REAL);
    for (Tensor leaf : List.of(read, given)) {
      numbers.put(leaf == read ? "read" : "given", random(WIDTH));
      leaves.add(leaf);
      values.add(
          cpu.device().create("x", numbers.get(leaf == read ? "read" : "given"), 1, 1, WIDTH));
    }
    var state = new AtSublayer(given, read, given, UnaryOperator.identity(), null);
    Tensor output =
        graft.interventions(graft.sites().get(0), SublayerIntervention.class).get(0).output(state);
    Program program =
        Program.builder(Precision.FLOAT32).values(leaves).outputs(List.of(output)).build();
    try (Values all = Values.owning(values);
        Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program.compile(cpu.device(), none);
        Values results = compiled.run(all, none)) {
      assertThat(results.get(0).floats()).isCloseTo(expected(numbers), 1e-6);
    }
  }

  /** The beginning of a learned scale, or the number itself. */
  private static float scale(Owned owned) {
    Initializer.Drawn drawn = (Initializer.Drawn) owned.spec().initializer();
    return (float) drawn.draw().next(new SplittableRandom(0), owned.spec().shape());
  }

  private float[] random(int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static float[] expected(Map<String, float[]> numbers) {
    double[] inner = new double[INNER];
    for (int i = 0; i < INNER; i++) {
      inner[i] = numbers.get(PATH + ".down.bias")[i];
      for (int j = 0; j < WIDTH; j++) {
        inner[i] += numbers.get(PATH + ".down.weight")[i * WIDTH + j] * numbers.get("read")[j];
      }
      inner[i] = Math.max(0, inner[i]);
    }
    float[] expected = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      double up = numbers.get(PATH + ".up.bias")[i];
      for (int j = 0; j < INNER; j++) {
        up += numbers.get(PATH + ".up.weight")[i * INNER + j] * inner[j];
      }
      expected[i] = (float) (numbers.get("given")[i] + 4 * up);
    }
    return expected;
  }
}
