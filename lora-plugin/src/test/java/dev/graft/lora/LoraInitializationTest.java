package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.model.Attachment;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The values that follow from the host's weights. */
class LoraInitializationTest {
  private static final String SITE = "layers.0.mlp.down";
  private static final String WEIGHT = "encoder.layer.0.output.dense.weight";
  private static final int OUT = 16;
  private static final int IN = 32;

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host();
  private final double[][] weight = Matrices.of(TinyHost.weight(WEIGHT), OUT, IN);

  private Map<String, float[]> tensors(String stack) {
    try (Attachment fresh = host.attach(stack)) {
      return fresh.tensors();
    }
  }

  @Test
  void doraBeginsWithTheLengthsOfTheWeightsRows() {
    float[] magnitude = tensors("lora:dora=true,targets=down").get(SITE + ".lora_magnitude_vector");
    for (int i = 0; i < OUT; i++) {
      double length = Matrices.length(weight[i]);
      assertThat((double) magnitude[i]).isCloseTo(length, within(1e-6 * length));
    }
  }

  @Test
  void pissaBeginsWithTheBestApproximationOfTheWeight() {
    int rank = 5;
    double scale = 3.0 / rank;
    Map<String, float[]> tensors =
        tensors("lora:initializer=pissa,rank=5,alpha=3,targets=down,exclude=1.mlp.down");
    double[][] a = Matrices.of(tensors.get(SITE + ".lora_A"), rank, IN);
    double[][] b = Matrices.of(tensors.get(SITE + ".lora_B"), OUT, rank);
    assertThat(tensors.get(SITE + ".lora_A.initial")).isEqualTo(tensors.get(SITE + ".lora_A"));
    assertThat(tensors.get(SITE + ".lora_B.initial")).isEqualTo(tensors.get(SITE + ".lora_B"));
    // Eckart and Young: no matrix of the rank leaves less than the smallest singular values.
    double[] squares = Matrices.eigenvalues(Matrices.product(weight, Matrices.transposed(weight)));
    double least = 0;
    for (int i = 0; i < OUT - rank; i++) {
      least += squares[i];
    }
    double left = 0;
    for (double[] row : Matrices.plus(weight, -scale, Matrices.product(b, a))) {
      left += Math.pow(Matrices.length(row), 2);
    }
    assertThat(left).isCloseTo(least, within(1e-5 * least));
    // Each factor has the root of the singular values, the largest first.
    double[][] ofA = Matrices.product(a, Matrices.transposed(a));
    double[][] ofB = Matrices.product(Matrices.transposed(b), b);
    for (int i = 0; i < rank; i++) {
      double expected = Math.sqrt(squares[OUT - 1 - i]) / scale;
      assertThat(ofA[i][i]).isCloseTo(expected, within(1e-5 * expected));
      assertThat(ofB[i][i]).isCloseTo(expected, within(1e-5 * expected));
      for (int j = 0; j < i; j++) {
        assertThat(ofA[i][j]).isCloseTo(0, within(1e-5 * expected));
        assertThat(ofB[i][j]).isCloseTo(0, within(1e-5 * expected));
      }
    }
  }

  @Test
  void twoAttachmentsBeginEqual() {
    String stack = "lora:initializer=pissa,dora=true,targets=all-linear";
    assertThat(tensors(stack)).containsExactlyEntriesOf(tensors(stack));
  }
}
