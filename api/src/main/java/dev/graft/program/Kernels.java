package dev.graft.program;

import java.util.function.Predicate;

/** Whose kernels compute, which decides what is kept for gradients and what can be fused. */
public enum Kernels {
  /** Those of the processor. */
  CPU,
  /** Those of a GPU by Nvidia. */
  CUDA;

  /**
   * Whether the product that writes a GELU of its result is faster than the two apart, and computes
   * what {@link Tensor#geluTanh()} says: of CUDA's it does, and gains nothing in 32 bits.
   */
  boolean fuseGelu(Precision precision) {
    return this == CUDA && precision.isHalf();
  }

  /**
   * Whether products {@code x Wᵀ} are faster with matrices kept column by column: of CUDA's those
   * in 32 bits are, the more the fewer rows there are.
   */
  boolean likeColumns(Precision precision) {
    return this == CUDA && precision == Precision.FLOAT32;
  }

  /**
   * {@return the bytes that attention keeps for gradients besides its result} Fused kernels compute
   * the scores anew on the way back and keep none. What they can't do PyTorch does step by step
   * ({@code _scaled_dot_product_attention_math}), in 32 bits at least: it keeps the scaled queries
   * and keys, the softmax, of dropout what each weight is multiplied by, and the weights that then
   * multiply the values.
   *
   * @param call of {@link Call#ATTENTION}
   * @param depends whether there is a gradient of an input
   */
  Dim keptByAttention(Call call, Predicate<Tensor> depends, Precision precision) {
    Tensor queries = (Tensor) call.arguments().get(0);
    Tensor keys = (Tensor) call.arguments().get(1);
    Tensor values = (Tensor) call.arguments().get(2);
    Tensor mask = (Tensor) call.arguments().get(3);
    boolean maskDepends = mask != null && depends.test(mask);
    if (isFused(call, maskDepends, precision)) {
      return Dim.of(0);
    }
    Dim rows = queries.shape().dim(0).times(queries.shape().dim(1));
    Dim length = keys.shape().dim(2);
    boolean isRepeated = call.keywords().containsKey("enable_gqa");
    boolean scoresDepend = maskDepends || depends.test(queries) || depends.test(keys);
    Dim numbers = Dim.of(0);
    if (depends.test(keys)) {
      numbers = numbers.plus(queries.shape().size());
    }
    if (depends.test(queries)) {
      numbers = numbers.plus(rows.times(length).times(keys.shape().dim(3)));
    }
    if (scoresDepend && (isRepeated || precision.isHalf())) { // else the values are not copied
      numbers = numbers.plus(rows.times(length).times(values.shape().dim(3)));
    }
    int ofScores =
        (scoresDepend ? 1 : 0)
            + (scoresDepend && drops(call) ? 1 : 0)
            + (depends.test(values) ? 1 : 0);
    Dim scores = rows.times(queries.shape().dim(2)).times(length);
    return numbers.plus(scores.times(ofScores)).times(Type.FLOAT32.bytes(precision));
  }

  /** As PyTorch 2.7 chooses ({@code sdp_utils_cpp.cpp} and {@code cuda/sdp_utils.cpp}). */
  private boolean isFused(Call call, boolean maskDepends, Precision precision) {
    Tensor queries = (Tensor) call.arguments().get(0);
    Tensor values = (Tensor) call.arguments().get(2);
    boolean isMasked = call.arguments().get(3) != null;
    boolean isGrouped = call.keywords().containsKey("enable_gqa");
    return switch (this) {
      case CPU ->
          !drops(call)
              && !isGrouped
              && !maskDepends
              && queries.shape().dim(3).equals(values.shape().dim(3));
      case CUDA ->
          precision != Precision.FLOAT64 && (!isGrouped || (precision.isHalf() && !isMasked));
    };
  }

  private static boolean drops(Call call) {
    return !call.arguments().get(4).equals(0.0);
  }
}
