package dev.graft.transformer;

import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.List;

/** Room for rows that grafts put in front. */
final class Padding {
  private Padding() {}

  /** A tensor with a number put in front along its last axis, so many times. */
  static Tensor padded(Tensor x, Dim count, double number) {
    if (count.equals(Dim.of(0))) {
      return x;
    }
    Shape shape = x.shape().with(-1, x.shape().dim(-1).plus(count));
    Object filling = x.type() == Type.INT64 ? (Object) (long) number : (Object) number;
    return Tensor.call(
        "torch.constant_pad_nd", shape, x.type(), Dim.of(0), x, List.of(count, 0L), filling);
  }
}
