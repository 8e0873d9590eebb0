package dev.graft.program;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a pickle of protocol 2, the part of it that TorchScript archives are made of. */
final class Pickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Pickle() {
    bytes(0x80, 2);
  }

  /** A class or function by its name. */
  Pickle global(String module, String name) {
    return ascii("c" + module + "\n" + name + "\n");
  }

  Pickle text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes('X').little(bytes.length, Integer.BYTES).raw(bytes);
  }

  Pickle number(long number) {
    return number == (int) number
        ? bytes('J').little(number, Integer.BYTES)
        : bytes(0x8a, Long.BYTES).little(number, Long.BYTES);
  }

  Pickle truth(boolean truth) {
    return bytes(truth ? 0x88 : 0x89);
  }

  /** Begins what {@link #tuple} or {@link #build} ends. */
  Pickle mark() {
    return bytes('(');
  }

  /** Of all since the mark. */
  Pickle tuple() {
    return bytes('t');
  }

  Pickle numbers(long... numbers) {
    mark();
    for (long number : numbers) {
      number(number);
    }
    return tuple();
  }

  Pickle emptyTuple() {
    return bytes(')');
  }

  Pickle emptyList() {
    return bytes(']');
  }

  /** A tuple of the one object before. */
  Pickle single() {
    return bytes(0x85);
  }

  /** Calls a function with a tuple of arguments. */
  Pickle call() {
    return bytes('R');
  }

  /** What the tuple before names in the archive. */
  Pickle persistent() {
    return bytes('Q');
  }

  /** A new object of a class, from a tuple of arguments, with a dictionary to be filled. */
  Pickle object() {
    return bytes(0x81, '}').mark();
  }

  /** Gives the object the names and values since {@link #object}. */
  Pickle build() {
    return bytes('u', 'b');
  }

  byte[] end() {
    bytes('.');
    return out.toByteArray();
  }

  private Pickle bytes(int... bytes) {
    for (int each : bytes) {
      out.write(each);
    }
    return this;
  }

  private Pickle raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  private Pickle ascii(String text) {
    return raw(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Pickle little(long number, int width) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(number);
    out.write(bytes.array(), 0, width);
    return this;
  }
}
