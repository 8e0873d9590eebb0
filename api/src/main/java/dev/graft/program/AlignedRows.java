package dev.graft.program;

import java.util.Arrays;
import java.util.List;

/**
 * Tables of half precision that are kept with unused rows of zeros behind those that count, so that
 * there is a multiple of {@value #MULTIPLE}. A product with a vocabulary of an odd size runs in
 * kernels that load number by number.
 *
 * <p>A table is a view of its own rows: only a product that asks for them sees the unused ones.
 */
final class AlignedRows {
  private static final long MULTIPLE = 64;

  /** What unused logits get added to them: they take no part in a softmax. */
  private static final double NOTHING = -65504;

  private AlignedRows() {}

  /** The number of rows with the unused ones. */
  static long count(long rows) {
    return (rows + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  /** Whether a table gains by it. */
  static boolean gains(Value table, Precision precision) {
    return Optimization.ALIGNED_VOCABULARY.isOn()
        && precision.isHalf()
        && table.shape().length == 2
        && count(table.shape()[0]) != table.shape()[0];
  }

  /** What makes such a table of another: in training mode, whose results training can read. */
  static NativeModule.Method method(long rows) {
    List<String> lines =
        List.of(
            "rows = torch.zeros([%s, torch.size(x[0], 1)], dtype=ops.prim.dtype(x[0]), device=ops.prim.device(x[0]))"
                .formatted(count(rows)),
            "table = torch.slice(rows, 0, 0, %s, 1)".formatted(rows),
            "torch.copy_(table, x[0])");
    return new NativeModule.Method(
        "align", List.of("x"), lines, Arrays.asList(null, null, null), "[table]");
  }

  /** The expression for a table with its unused rows. */
  static String all(Tensor table, String variable) {
    long width = table.shape().dim(1).fixed();
    return "torch.as_strided(%s, [%s, %s], [%s, 1])"
        .formatted(variable, count(table.shape().dim(0).fixed()), width, width);
  }

  /** The expression for the part of a product that counts. */
  static String used(Tensor table, String product) {
    return "torch.slice(%s, -1, 0, %s, 1)".formatted(product, table.shape().dim(0).fixed());
  }

  /** The expression for what is added to a product for a softmax over all of it. */
  static String bias(Tensor table, String variable, Precision precision) {
    long used = table.shape().dim(0).fixed();
    String made = "dtype=%s, device=ops.prim.device(%s)".formatted(precision.code, variable);
    return "torch.cat([torch.zeros([%s], %s), torch.full([%s], %s, %s)])"
        .formatted(used, made, count(used) - used, SourceCode.number(NOTHING), made);
  }
}
