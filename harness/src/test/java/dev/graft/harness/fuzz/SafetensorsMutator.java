package dev.graft.harness.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Changes the header, as a tree, or what stands behind it. */
final class SafetensorsMutator implements Mutator {
  private static final Mutator JSON = new JsonMutator();
  private static final Mutator BYTES = new ByteMutator();

  @Override
  public byte[] change(byte[] original, Random random) {
    int length = (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = new byte[length];
    System.arraycopy(original, Long.BYTES, header, 0, length);
    byte[] rest = new byte[original.length - Long.BYTES - length];
    System.arraycopy(original, Long.BYTES + length, rest, 0, rest.length);
    switch (random.nextInt(4)) {
      case 0 -> rest = BYTES.change(rest, random);
      case 1 -> header = moved(header, random);
      default -> header = JSON.change(header, random);
    }
    return ByteBuffer.allocate(Long.BYTES + header.length + rest.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(rest)
        .array();
  }

  /** Another type, or a name of another tensor: what remains is a file, but not this one. */
  private static byte[] moved(byte[] header, Random random) {
    String text = new String(header, UTF_8);
    String changed =
        switch (random.nextInt(3)) {
          case 0 -> text.replaceFirst("\"F32\"", "\"I32\"");
          case 1 -> text.replaceFirst("\\.weight\"", ".bias\"");
          default -> text.replaceFirst("\"shape\":\\[(\\d+),(\\d+)\\]", "\"shape\":[$2,$1]");
        };
    return changed.getBytes(UTF_8);
  }
}
