package dev.graft.program;

/**
 * Products of few rows with a matrix and a bias, on a GPU in 32 bits. The product that adds the
 * bias itself leaves most of the processors idle where its result is small. One without divides its
 * sums among them: with the bias added after it, it took 0.4 to 0.9 of the time on Hopper GPUs.
 */
final class FewRows {
  /** Below it sums are short of rows, not of processors. */
  private static final long LEAST = 32;

  private static final long MOST = 1024;

  /** Longer sums than this gain no more by being divided. */
  private static final long LONGEST = 1536;

  private FewRows() {}

  static boolean gain(Kernels kernels, Precision precision) {
    return kernels == Kernels.CUDA
        && precision == Precision.FLOAT32
        && Optimization.BIAS_AFTER.isOn();
  }

  /**
   * The expression for a product with a bias.
   *
   * @param matrix (out, in)
   * @param plain the expression for it whatever the number of rows is
   */
  static String product(Shape matrix, String x, String weight, String bias, String plain) {
    if (matrix.rank() != 2 || !matrix.isFixed()) {
      return plain;
    }
    long out = matrix.dim(0).fixed();
    long in = matrix.dim(1).fixed();
    // As measured with 384 to 4,096 columns and as many rows: results of so many numbers are small.
    long end = Math.min(MOST, 1024 * Math.min(in, LONGEST) / out);
    return end <= LEAST
        ? plain
        : "torch.add_(torch.linear(%1$s, %2$s), %3$s) if torch.numel(%1$s) >= %4$s and torch.numel(%1$s) < %5$s else %6$s"
            .formatted(x, weight, bias, LEAST * in, end * in, plain);
  }
}
