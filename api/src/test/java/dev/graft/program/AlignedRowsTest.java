package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.Gradients;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.TestDevice;
import dev.graft.testing.Without;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heads of a vocabulary of an odd size, in half precision. */
class AlignedRowsTest {
  private static final int WORDS = 101;
  private static final int WIDTH = 8;
  private static final Dim B = Dim.symbol("B");
  private static final Dim T = Dim.symbol("T");

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Random random = new Random(3);
  private final float[] numbers = drawn(WORDS * WIDTH);
  private final Tensor table =
      Tensor.leaf(Source.WEIGHT, "table", Shape.of(WORDS, WIDTH), Type.REAL);
  private final Tensor body = Tensor.leaf(Source.VALUE, "body", Shape.of(WIDTH, WIDTH), Type.REAL);
  private final Tensor update =
      Tensor.leaf(Source.VALUE, "update", Shape.of(WORDS, WIDTH), Type.REAL);
  private final Tensor ids = Tensor.leaf(Source.INPUT, "ids", Shape.of(B, T), Type.INT64);
  private final Values values =
      cpu.own(
          Values.owning(
              List.of(
                  cpu.device().create("body", drawn(WIDTH * WIDTH), WIDTH, WIDTH),
                  cpu.device().create("update", drawn(WORDS * WIDTH), WORDS, WIDTH))));
  private final Values batch =
      cpu.own(
          Values.owning(
              List.of(cpu.device().create("ids", new long[] {1, 100, 7, 99, 64, 3}, 2, 3))));

  private float[] drawn(int size) {
    float[] drawn = new float[size];
    for (int i = 0; i < size; i++) {
      drawn[i] = (float) random.nextGaussian() / 4;
    }
    return drawn;
  }

  private Values bound(Precision precision, boolean aligned) {
    Value plain =
        cpu.device()
            .converted(cpu.device().create("table", numbers, WORDS, WIDTH), precision, false)
            .orElseThrow();
    return cpu.own(
        Values.owning(List.of(aligned ? cpu.device().aligned(plain, precision) : plain)));
  }

  private Tensor hidden() {
    return table.rows(ids).linear(body);
  }

  private Tensor loss(Tensor logits) {
    return logits.reshape(B.times(T), Dim.of(WORDS)).crossEntropy(ids.reshape(B.times(T)), 0);
  }

  private Gradients gradients(Tensor loss, Precision precision, boolean aligned) {
    List<Trained> trained = List.of(new Trained(body, 1, 0));
    try (TrainingStep step =
        TrainingStep.builder(cpu.device(), precision)
            .weights(List.of(table), bound(precision, aligned))
            .values(List.of(body, update), values)
            .inputs(List.of(ids))
            .trained(trained)
            .loss(loss)
            .build()) {
      return step.gradients(batch, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void unusedRowsChangeNoLossAndNoGradient(Precision precision) {
    Tensor plain = hidden().linear(table);
    for (Tensor logits : List.of(plain, plain.plus(hidden().linear(update)))) {
      // An update that is computed first is rounded otherwise.
      for (String without : List.of("update-first", "update-first,chunked-loss")) {
        Gradients[] found =
            Without.optimisations(
                without,
                () ->
                    new Gradients[] {
                      gradients(loss(logits), precision, true),
                      gradients(loss(logits), precision, false)
                    });
        Assertions.assertThat(found[0].loss()).isCloseTo(found[1].loss(), within(1e-6f));
        assertThat(found[0].of().get(body)).isCloseTo(found[1].of().get(body), 1e-2);
      }
    }
  }

  @Test
  void logitsAreThoseOfTheVocabularyAlone() {
    Tensor logits = hidden().linear(table);
    Program program =
        Program.builder(Precision.BFLOAT16)
            .returned(Precision.FLOAT32)
            .weights(List.of(table))
            .values(List.of(body, update))
            .inputs(List.of(ids))
            .outputs(List.of(logits, table))
            .build();
    float[][][] found = new float[2][2][];
    for (int i = 0; i < 2; i++) {
      try (CompiledProgram compiled =
              program.compile(cpu.device(), bound(Precision.BFLOAT16, i == 0));
          Values results = compiled.run(values, batch)) {
        Assertions.assertThat(results.get(0).shape()).containsExactly(2, 3, WORDS);
        found[i][0] = results.get(0).floats();
        found[i][1] = results.get(1).floats();
      }
    }
    assertThat(found[0][0]).isCloseTo(found[1][0], 1e-2);
    Assertions.assertThat(found[0][1]).containsExactly(found[1][1]);
  }

  /** The operator that adds a product to another reads the table without its unused rows. */
  @Test
  void anUpdateIsAddedToTheProductWithTheTableAndNotTheOtherWayRound() {
    Tensor logits = hidden().linear(table).plus(hidden().linear(update));
    Program program =
        Program.builder(Precision.BFLOAT16)
            .weights(List.of(table))
            .values(List.of(body, update))
            .inputs(List.of(ids))
            .outputs(List.of(logits))
            .build();
    NativeModule.Method aligned = program.method(bound(Precision.BFLOAT16, true), Kernels.CPU);
    Assertions.assertThat(String.join("\n", aligned.lines()))
        .contains("torch.as_strided(w[0]", "torch.addmm_(")
        .doesNotContain("torch.transpose(w[0]");
    Assertions.assertThat(program.source()).contains("torch.transpose(w[0]");
  }

  @Test
  void onlyTablesThatGainAreKeptSo() {
    try (Value odd = cpu.device().create("odd", new float[6], 3, 2)) {
      Assertions.assertThat(cpu.device().aligned(odd, Precision.FLOAT32)).isSameAs(odd);
    }
    try (Value even =
        cpu.device()
            .converted(
                cpu.device().create("even", new float[128], 64, 2), Precision.BFLOAT16, false)
            .orElseThrow()) {
      Assertions.assertThat(cpu.device().aligned(even, Precision.BFLOAT16)).isSameAs(even);
    }
  }
}
