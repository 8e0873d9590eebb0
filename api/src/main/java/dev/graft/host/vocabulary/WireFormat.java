package dev.graft.host.vocabulary;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Messages of Protocol Buffers, by their encoding: protobuf.dev/programming-guides/encoding. */
final class WireFormat {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private WireFormat() {}

  /**
   * A field of a message.
   *
   * @param bits of a number
   * @param bytes of a text or a message; empty for a number
   */
  record Field(int number, long bits, ByteBuffer bytes) {
    String text() {
      return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    float real() {
      return Float.intBitsToFloat((int) bits);
    }
  }

  /**
   * The fields of a message in order.
   *
   * @throws IllegalArgumentException if it is none
   */
  static List<Field> fields(ByteBuffer message) {
    ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    try {
      while (in.hasRemaining()) {
        long tag = varint(in);
        int number = (int) (tag >>> 3);
        fields.add(
            switch ((int) (tag & 7)) {
              case VARINT -> new Field(number, varint(in), ByteBuffer.allocate(0));
              case EIGHT_BYTES -> new Field(number, in.getLong(), ByteBuffer.allocate(0));
              case FOUR_BYTES -> new Field(number, in.getInt(), ByteBuffer.allocate(0));
              case LENGTH -> new Field(number, 0, bytes(in, varint(in)));
              default -> throw new IllegalArgumentException("a field of an unknown kind");
            });
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("a message that breaks off", e);
    }
    return fields;
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }

  private static ByteBuffer bytes(ByteBuffer in, long length) {
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("a field that is longer than its message");
    }
    ByteBuffer bytes = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return bytes;
  }
}
