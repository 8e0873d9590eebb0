package dev.graft.harness.training;

import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A checksum over everything in a file, which is itself a tensor of the file. It is of bytes, which
 * are written last, when all else is known.
 */
final class Seal {
  private static final String NAME = "seal";

  /** The sum over tensors and metadata, in whatever order. */
  private long sum;

  private Seal(Map<String, String> metadata) {
    metadata.forEach((key, value) -> sum += of(bytes(key)) * 31 + of(bytes(value)));
  }

  /** Adds the checksum to what is to be written. */
  static List<LazyTensor> on(List<LazyTensor> tensors, Map<String, String> metadata) {
    Seal seal = new Seal(metadata);
    List<LazyTensor> sealed = new ArrayList<>();
    for (LazyTensor tensor : tensors) {
      sealed.add(
          new LazyTensor(
              tensor.info(), () -> seal.read(tensor.info().name(), tensor.contents().get())));
    }
    sealed.add(
        new LazyTensor(
            TensorInfo.of(NAME, DType.U8, Long.BYTES),
            () -> Stream.of(ByteBuffer.allocate(Long.BYTES).putLong(seal.sum).flip())));
    return sealed;
  }

  /** Adds the pieces as they are read, and their tensor when the last one has been. */
  private Stream<ByteBuffer> read(String name, Stream<ByteBuffer> pieces) {
    CRC32C crc = new CRC32C();
    crc.update(bytes(name));
    return pieces.peek(piece -> crc.update(piece.duplicate())).onClose(() -> sum += crc.getValue());
  }

  private static ByteBuffer bytes(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }

  private static long of(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }

  /** Whether a file holds what was written. */
  static boolean isWhole(Safetensors file) {
    if (!file.names().contains(NAME)) {
      return false;
    }
    Seal seal = new Seal(file.metadata());
    for (String name : file.names()) {
      if (!name.equals(NAME)) {
        try (Stream<ByteBuffer> pieces = seal.read(name, file.pieces(name).stream())) {
          pieces.forEach(piece -> {});
        }
      }
    }
    ByteBuffer written = ByteBuffer.allocate(Long.BYTES).put(file.bytes(NAME)).flip();
    return written.remaining() == Long.BYTES && written.getLong() == seal.sum;
  }
}
