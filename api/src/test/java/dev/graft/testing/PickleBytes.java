package dev.graft.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a pickle byte by byte, as {@code torch.save} does or as someone else might. */
public final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A pickle of protocol 2. */
  public PickleBytes() {
    op(0x80, 2);
  }

  /** Any bytes. */
  public PickleBytes op(int... bytes) {
    for (int each : bytes) {
      out.write(each);
    }
    return this;
  }

  /** Operations by their characters, and what goes with them. */
  public PickleBytes op(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  public PickleBytes global(String module, String name) {
    return op("c" + module + "\n" + name + "\n");
  }

  public PickleBytes text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op('X').little(bytes.length, Integer.BYTES);
    out.writeBytes(bytes);
    return this;
  }

  public PickleBytes number(long number) {
    return number >= 0 && number < 256
        ? op('K', (int) number)
        : number == (int) number
            ? op('J').little(number, Integer.BYTES)
            : op(0x8a, Long.BYTES).little(number, Long.BYTES);
  }

  public PickleBytes numbers(long... numbers) {
    op('(');
    for (long each : numbers) {
      number(each);
    }
    return op('t');
  }

  /** A storage by its persistent id. */
  public PickleBytes storage(String type, String key, long elements) {
    return op('(')
        .text("storage")
        .global("torch", type + "Storage")
        .text(key)
        .text("cpu")
        .number(elements)
        .op("tQ");
  }

  /** A tensor of 32-bit floats that lies in a storage. */
  public PickleBytes tensor(String key, long elements, long offset, long[] sizes, long[] strides) {
    return tensor("Float", key, elements, offset, sizes, strides);
  }

  public PickleBytes tensor(
      String type, String key, long elements, long offset, long[] sizes, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op('(')
        .storage(type, key, elements)
        .number(offset)
        .numbers(sizes)
        .numbers(strides)
        .op(0x89)
        .global("collections", "OrderedDict")
        .op(")RtR");
  }

  private PickleBytes little(long number, int width) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(bytes.putLong(number).array(), 0, width);
    return this;
  }

  /** The whole pickle. */
  public byte[] stop() {
    return op('.').bytes();
  }

  /** What has been written. */
  public byte[] bytes() {
    return out.toByteArray();
  }
}
