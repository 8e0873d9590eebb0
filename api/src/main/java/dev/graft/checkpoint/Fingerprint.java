package dev.graft.checkpoint;

import dev.graft.files.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What identifies a set of weights: names, types, shapes and contents, however they are spread over
 * files, in whatever order they lie there, and whatever metadata go with them.
 */
public final class Fingerprint {
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
    for (String name : tensors.names()) {
      TensorInfo info = tensors.info(name);
      update(digest, name);
      update(digest, info.type().name());
      update(digest, info.shape().rank());
      for (long size : info.shape().fixed()) {
        update(digest, size);
      }
      tensors.pieces(name).forEach(digest::update);
    }
    return Sha256.hex(digest.digest());
  }

  private static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    update(digest, bytes.length);
    digest.update(bytes);
  }

  private static void update(MessageDigest digest, long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }
}
