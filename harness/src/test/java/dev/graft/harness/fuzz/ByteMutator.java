package dev.graft.harness.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** What disks, downloads and editors do to bytes: flipped bits, cut ends, other numbers. */
final class ByteMutator implements Mutator {
  private static final long[] NUMBERS = {
    0,
    -1,
    1,
    7,
    Byte.MAX_VALUE,
    Short.MAX_VALUE,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE / 4 + 1
  };

  @Override
  public byte[] change(byte[] original, Random random) {
    byte[] bytes = original;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes = bytes.length == 0 ? new byte[] {(byte) random.nextInt()} : once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int at = place(bytes.length, random);
    int length = 1 + random.nextInt(Math.min(64, bytes.length - at));
    switch (random.nextInt(8)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> Arrays.fill(bytes, at, at + length, (byte) 0);
      case 4 -> bytes = joined(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
      case 5 -> bytes = joined(bytes, at, new byte[0], at + length);
      case 6 -> bytes = joined(bytes, at, noise(length, random), at);
      default -> number(bytes, at, random);
    }
    return bytes;
  }

  /** Beginnings and ends, where formats say how they go on, as often as all between. */
  private static int place(int length, Random random) {
    int near = Math.min(length, 64);
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(near);
      case 1 -> length - 1 - random.nextInt(near);
      default -> random.nextInt(length);
    };
  }

  private static byte[] noise(int length, Random random) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] joined(byte[] bytes, int to, byte[] between, int from) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(bytes, 0, to);
    joined.writeBytes(between);
    joined.write(bytes, from, bytes.length - from);
    return joined.toByteArray();
  }

  private static void number(byte[] bytes, int at, Random random) {
    byte[] number =
        ByteBuffer.allocate(Long.BYTES)
            .order(random.nextInt(4) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
            .putLong(NUMBERS[random.nextInt(NUMBERS.length)])
            .array();
    int width = Math.min(1 << random.nextInt(4), bytes.length - at);
    System.arraycopy(number, 0, bytes, at, width);
  }
}
