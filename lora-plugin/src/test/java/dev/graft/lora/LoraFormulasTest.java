package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.program.Type;
import dev.graft.program.Values;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.Stacks;
import dev.graft.testing.TestDevice;
import dev.graft.transformer.AtProjection;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One projection, with random weights, outside of any host. */
class LoraFormulasTest {
  private static final int WIDTH = 64;
  private static final int ROWS = 3;
  private static final String PATH = "layers.0.attention.query";

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Map<Tensor, float[]> numbers = new HashMap<>();
  private final Tensor x =
      Tensor.leaf(Tensor.Source.VALUE, "x", Shape.of(1, ROWS, WIDTH), Type.REAL);
  private DeclaredGraft graft;
  private Site.Projection site;
  private List<Tensor> leaves;

  private ProjectionIntervention graft(String stack) {
    graft = Stacks.onBert(1, WIDTH, stack + ",targets=[query]").grafts().get(0);
    site = (Site.Projection) graft.sites().get(0);
    leaves = new ArrayList<>(List.of(x, site.weight(), site.bias().orElseThrow()));
    SplittableRandom random = new SplittableRandom(3);
    for (Owned owned : graft.owned()) {
      leaves.add(owned.leaf());
      if (owned.role() == Owned.Role.NUMBER) {
        numbers.put(owned.leaf(), new float[] {0.75f});
      }
    }
    for (Tensor leaf : leaves) {
      int size = Math.toIntExact(leaf.shape().size().fixed());
      numbers.computeIfAbsent(leaf, l -> random(random, size));
    }
    return graft.interventions(site, ProjectionIntervention.class).get(0);
  }

  private static float[] random(SplittableRandom random, int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) (0.3 * random.nextGaussian());
    }
    return numbers;
  }

  private Values values() {
    return Values.owning(
        leaves.stream()
            .map(leaf -> cpu.device().create("a leaf", numbers.get(leaf), leaf.shape().fixed()))
            .toList());
  }

  private Tensor output(ProjectionIntervention intervention, Tensor read) {
    Tensor bias = site.bias().orElseThrow();
    Tensor weight = site.weight();
    return intervention.output(
        new AtProjection(
            read, read.linear(weight), site.bias(), read.linear(weight, bias), weight, null));
  }

  private double[][] matrix(String name, int rows, int columns) {
    return Matrices.of(numbers.get(graft.tensor(PATH + "." + name)), rows, columns);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lora:rank=4",
        "lora:rank=4,initializer=pissa",
        "lora:rank=4,dora=true,dropout=0.1",
        "lora:rank=4,dora=true,dropout=0.1,initializer=pissa"
      })
  void mergedEqualsUnmergedToTheLastDigitsOf64Bits(String stack) {
    ProjectionIntervention intervention = graft(stack);
    Tensor unmerged = output(intervention, x);
    Affine map = intervention.merged(new Affine(site.weight(), site.bias())).orElseThrow();
    Tensor merged = x.linear(map.weight(), map.bias().orElseThrow());
    Program program =
        Program.builder(Precision.FLOAT64)
            .values(leaves)
            .outputs(
                List.of(
                    merged.minus(unmerged).squared().sum(),
                    unmerged.squared().sum(),
                    unmerged.minus(x.linear(site.weight())).squared().sum()))
            .build();
    try (Values values = values();
        Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program.compile(cpu.device(), none);
        Values results = compiled.run(values, none)) {
      double scale = results.get(1).number();
      assertThat(Math.sqrt(results.get(0).number() / scale)).isLessThan(1e-13);
      assertThat(Math.sqrt(results.get(2).number() / scale)).isGreaterThan(0.1);
    }
  }

  @Test
  void inTrainingDoraStretchesWhatTheHostMakesOfTheDroppedInputAsPeftDoes() {
    checkDropout("lora:rank=4,dora=true,dropout=0.4", false, true);
  }

  @Test
  void inTrainingPissaTakesItsBeginningOffTheWholeInput() {
    checkDropout("lora:rank=4,initializer=pissa,dropout=0.4", true, false);
  }

  @Test
  void inTrainingPissaAndDoraTogetherAreDoraOnTheResidualWeight() {
    checkDropout("lora:rank=4,dora=true,initializer=pissa,dropout=0.4", true, true);
  }

  /**
   * PEFT's formula, with W0 the host's weight or PiSSA's residual: {@code W0 x + b + (m / n - 1) W0
   * d + (m / n) s B A d}, for d the dropped input and n the lengths of the rows of W0 + s B A.
   */
  private void checkDropout(String stack, boolean pissa, boolean dora) {
    ProjectionIntervention intervention = graft(stack);
    double[][] whole = Matrices.of(numbers.get(x), ROWS, WIDTH);
    double[][] dropped = Matrices.of(gradient(x.dropout(0.4).squared().sum()), ROWS, WIDTH);
    int zeros = 0;
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < WIDTH; j++) {
        // The gradient is 2 x / 0.36 where x is kept, and d is x / 0.6.
        dropped[i][j] *= 0.5 * 0.6;
        zeros += dropped[i][j] == 0 ? 1 : 0;
      }
    }
    assertThat(zeros).isBetween(20, 172);
    double[][] a = matrix("lora_A", 4, WIDTH);
    double[][] update = Matrices.product(matrix("lora_B", WIDTH, 4), a);
    double[][] base = Matrices.of(numbers.get(site.weight()), WIDTH, WIDTH);
    if (pissa) {
      double[][] initial =
          Matrices.product(matrix("lora_B.initial", WIDTH, 4), matrix("lora_A.initial", 4, WIDTH));
      base = Matrices.plus(base, -0.75, initial);
    }
    double[][] updated = Matrices.plus(base, 0.75, update);
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int out = 0; out < WIDTH; out++) {
        double m = dora ? matrix("lora_magnitude_vector", 1, WIDTH)[0][out] : 1;
        double stretch = dora ? m / Matrices.length(updated[out]) : 1;
        double y = numbers.get(site.bias().orElseThrow())[out];
        for (int in = 0; in < WIDTH; in++) {
          y += base[out][in] * whole[row][in];
          y += (stretch - 1) * base[out][in] * dropped[row][in];
          y += stretch * 0.75 * update[out][in] * dropped[row][in];
        }
        sum += y * y;
      }
    }
    double loss = gradients(output(intervention, x).squared().sum()).loss();
    assertThat(loss).isCloseTo(sum, within(1e-5 * sum));
  }

  private float[] gradient(Tensor loss) {
    return gradients(loss).of().get(x);
  }

  /** Of a training program, whose first dropout draws the same whatever follows. */
  private TrainingStep.Gradients gradients(Tensor loss) {
    try (Values values = values();
        TrainingStep step =
            TrainingStep.builder(cpu.device(), Precision.FLOAT32)
                .values(leaves, values)
                .trained(List.of(new Trained(x, 1, 0)))
                .loss(loss)
                .build()) {
      return step.gradients(Values.borrowing(List.of()), 7);
    }
  }

  @Test
  void noGradientGoesIntoTheLengthsThatDoraDividesBy() {
    ProjectionIntervention intervention = graft("lora:rank=4,dora=true");
    Tensor b = graft.tensor(PATH + ".lora_B");
    Tensor loss = output(intervention, x).sum();
    float[] found;
    try (Values values = values();
        TrainingStep step =
            TrainingStep.builder(cpu.device(), Precision.FLOAT32)
                .values(leaves, values)
                .trained(List.of(new Trained(b, 1, 0)))
                .loss(loss)
                .build()) {
      found = step.gradients(Values.borrowing(List.of()), 7).of().get(b);
    }
    // With the lengths n constant, d(sum of y) / dB[out][r] = m / n s sum over rows of (A x)[r].
    double[][] a = matrix("lora_A", 4, WIDTH);
    double[][] ax =
        Matrices.product(Matrices.of(numbers.get(x), ROWS, WIDTH), Matrices.transposed(a));
    double[][] updated =
        Matrices.plus(
            Matrices.of(numbers.get(site.weight()), WIDTH, WIDTH),
            0.75,
            Matrices.product(matrix("lora_B", WIDTH, 4), a));
    double[] m = matrix("lora_magnitude_vector", 1, WIDTH)[0];
    float[] expected = new float[WIDTH * 4];
    for (int out = 0; out < WIDTH; out++) {
      for (int r = 0; r < 4; r++) {
        double sum = ax[0][r] + ax[1][r] + ax[2][r];
        expected[out * 4 + r] = (float) (m[out] / Matrices.length(updated[out]) * 0.75 * sum);
      }
    }
    NumbersAssert.assertThat(found).isCloseTo(expected, 1e-5);
  }
}
