package dev.graft.checkpoint.pickle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, read one after the other. */
final class PickleInput {
  private final ByteBuffer bytes;
  private final Refusals refusals;

  /** Reads the buffer from its position to its limit. */
  PickleInput(ByteBuffer bytes, Refusals refusals) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.refusals = refusals;
  }

  /** How many bytes have been read. */
  int position() {
    return bytes.position();
  }

  int unsignedByte() {
    require(1);
    return bytes.get() & 0xff;
  }

  int unsignedShort() {
    require(2);
    return bytes.getShort() & 0xffff;
  }

  int signedInt() {
    require(4);
    return bytes.getInt();
  }

  long unsignedInt() {
    return signedInt() & 0xffff_ffffL;
  }

  long signedLong() {
    require(8);
    return bytes.getLong();
  }

  /** Python writes these alone with the highest byte first. */
  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(signedLong()));
  }

  /** A whole number of some bytes: a Long, or, where it is no long, a BigInteger. */
  Object wholeNumber(int length) {
    require(length);
    byte[] reversed = new byte[length];
    for (int i = length - 1; i >= 0; i--) {
      reversed[i] = bytes.get();
    }
    BigInteger number = length == 0 ? BigInteger.ZERO : new BigInteger(reversed);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  /** A text of some bytes; a length that is negative as a long is too large for any file. */
  String text(long length) {
    require(length);
    ByteBuffer text = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return decoded(text);
  }

  /** A text up to the end of its line. */
  String line() {
    int begin = bytes.position();
    while (unsignedByte() != '\n') {
      // Its end is what is looked for.
    }
    return decoded(bytes.slice(begin, bytes.position() - 1 - begin));
  }

  private String decoded(ByteBuffer text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw refusals.misused("texts in UTF-8", "other bytes", position());
    }
  }

  private void require(long count) {
    if (count < 0 || count > bytes.remaining()) {
      throw refusals.damaged(
          "its pickle breaks off",
          "%s bytes after byte %s".formatted(Long.toUnsignedString(count), position()),
          bytes.remaining() + " bytes");
    }
  }
}
