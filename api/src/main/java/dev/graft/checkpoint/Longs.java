package dev.graft.checkpoint;

import dev.graft.GraftException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Reading of stored whole numbers. */
final class Longs {
  private Longs() {}

  static long[] copy(TensorInfo info, List<ByteBuffer> pieces, Path file) {
    long[] values = new long[Floats.length(info)];
    int start = 0;
    for (ByteBuffer piece : pieces) {
      int count = piece.remaining() / info.type().width();
      switch (info.type()) {
        case I64 -> piece.asLongBuffer().get(values, start, count);
        case I32 -> {
          for (int i = 0; i < count; i++) {
            values[start + i] = piece.getInt(piece.position() + 4 * i);
          }
        }
        default ->
            throw GraftException.input(
                    "Tensor '%s' of %s does not hold whole numbers.", info.name(), file)
                .expected("I64 or I32")
                .found(info.type())
                .remedy("save it as one of these types");
      }
      start += count;
    }
    return values;
  }
}
