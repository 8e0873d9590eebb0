package dev.graft.checkpoint;

import dev.graft.files.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What identifies a set of weights: names, types, shapes and contents, however they are spread over
 * files, in whatever order they lie there, and whatever metadata go with them.
 */
public final class Fingerprint {
  private static final int CACHED = 1 << 18;

  private Fingerprint() {}

  /**
   * {@return the SHA-256 of all tensors, in hexadecimal} The digest runs over the tensors sorted by
   * name: for each the length of its name's UTF-8 (8 bytes, big-endian, as all numbers here) and
   * the name, the same of its type, the number of sizes and the sizes, and the contents as they are
   * stored.
   *
   * @param tensors which are read once, in order
   */
  public static String of(TensorSource tensors) {
    MessageDigest digest = Sha256.digest();
    feed(tensors, digest::update);
    return Sha256.hex(digest.digest());
  }

  /**
   * {@return two checksums of what the fingerprint is of, CRC-32 and CRC-32C, 16 hexadecimal digits
   * in all} Weights that differ by a mistake have others. Every processor computes them as fast as
   * it reads, where a fingerprint may take most of the time to a first answer.
   *
   * @param tensors which are read once, in order
   */
  public static String checksum(TensorSource tensors) {
    CRC32 first = new CRC32();
    CRC32C second = new CRC32C();
    feed(
        tensors,
        bytes -> {
          ByteBuffer all = bytes.slice();
          for (int at = 0; at < all.limit(); at += CACHED) { // the second reads what the first did
            ByteBuffer piece = all.slice(at, Math.min(CACHED, all.limit() - at));
            first.update(piece.duplicate());
            second.update(piece);
          }
        });
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits((int) first.getValue()) + hex.toHexDigits((int) second.getValue());
  }

  private static void feed(TensorSource tensors, Consumer<ByteBuffer> digest) {
    for (String name : tensors.names()) {
      TensorInfo info = tensors.info(name);
      feed(name, digest);
      feed(info.type().name(), digest);
      feed(info.shape().rank(), digest);
      for (long size : info.shape().fixed()) {
        feed(size, digest);
      }
      tensors.pieces(name).forEach(digest);
    }
  }

  private static void feed(String text, Consumer<ByteBuffer> digest) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    feed(bytes.length, digest);
    digest.accept(ByteBuffer.wrap(bytes));
  }

  private static void feed(long number, Consumer<ByteBuffer> digest) {
    digest.accept(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }
}
