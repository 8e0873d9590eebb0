package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What attention keeps, counted as {@code _scaled_dot_product_attention_math} is written. */
class KernelsTest {
  private static final int ROWS = 2;
  private static final int HEADS = 6;
  private static final int QUERIES = 5;
  private static final int KEYS = 7;
  private static final int WIDTH = 4;

  private static final long RESULT = (long) ROWS * HEADS * QUERIES * WIDTH;
  private static final long SCALED_QUERIES = RESULT;
  private static final long SCALED_KEYS = (long) ROWS * HEADS * KEYS * WIDTH;
  private static final long VALUES = SCALED_KEYS;
  private static final long SCORES = (long) ROWS * HEADS * QUERIES * KEYS;

  private final Tensor queries = leaf("q", HEADS, QUERIES);
  private final Tensor keys = leaf("k", HEADS, KEYS);
  private final Tensor values = leaf("v", HEADS, KEYS);
  private final Set<Tensor> all = Set.of(queries, keys, values);

  private static Tensor leaf(String name, int heads, int length) {
    return Tensor.leaf(Tensor.Source.VALUE, name, Shape.of(ROWS, heads, length, WIDTH), Type.REAL);
  }

  private static long kept(Tensor result, Set<Tensor> leaves, Precision precision, Kernels by) {
    return new Activations(List.of(result), leaves, precision).bytes(by, Map.of());
  }

  @Test
  void withDropoutAProcessorKeepsTheScoresThreeTimes() {
    Tensor dropping = queries.attend(keys, values, null, false, 0.1);

    assertThat(kept(dropping, all, Precision.FLOAT32, Kernels.CPU))
        .isEqualTo(4 * (RESULT + SCALED_QUERIES + SCALED_KEYS + 3 * SCORES));
    assertThat(kept(dropping, all, Precision.FLOAT64, Kernels.CPU))
        .isEqualTo(8 * (RESULT + SCALED_QUERIES + SCALED_KEYS + 3 * SCORES));
    assertThat(kept(dropping, all, Precision.BFLOAT16, Kernels.CPU))
        .as("in 32 bits, the values too")
        .isEqualTo(2 * RESULT + 4 * (SCALED_QUERIES + SCALED_KEYS + VALUES + 3 * SCORES));
  }

  @Test
  void whatIsFusedKeepsNoScores() {
    Tensor plain = queries.attend(keys, values, null, false, 0);
    Tensor dropping = queries.attend(keys, values, null, false, 0.1);

    assertThat(kept(plain, all, Precision.FLOAT32, Kernels.CPU)).isEqualTo(4 * RESULT);
    assertThat(kept(plain, all, Precision.FLOAT32, Kernels.CUDA)).isEqualTo(4 * RESULT);
    assertThat(kept(dropping, all, Precision.FLOAT32, Kernels.CUDA)).isEqualTo(4 * RESULT);
  }

  @Test
  void onlyWhatSomeGradientNeedsIsKept() {
    Tensor dropping = queries.attend(keys, values, null, false, 0.1);

    assertThat(kept(dropping, Set.of(values), Precision.FLOAT32, Kernels.CPU))
        .as("the weights, for the gradient of the values")
        .isEqualTo(4 * (RESULT + SCORES));
    assertThat(kept(dropping, Set.of(queries), Precision.FLOAT32, Kernels.CPU))
        .as("the softmax, and by what dropout multiplied it")
        .isEqualTo(4 * (RESULT + SCALED_KEYS + 2 * SCORES));
  }

  @Test
  void aTrainedBiasTakesTheScoresApart() {
    Tensor bias =
        Tensor.leaf(Tensor.Source.VALUE, "bias", Shape.of(1, HEADS, QUERIES, KEYS), Type.REAL);
    Tensor biased = queries.attend(keys, values, bias, false, 0);

    assertThat(kept(biased, Set.of(bias), Precision.FLOAT32, Kernels.CPU))
        .isEqualTo(4 * (RESULT + SCORES));
    assertThat(kept(biased, Set.of(values), Precision.FLOAT32, Kernels.CPU)).isEqualTo(4 * RESULT);
  }
}
