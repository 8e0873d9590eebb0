package dev.graft.harness.objective;

import dev.graft.harness.data.Spool;
import dev.graft.host.Tokens;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** The tokens of examples on disk, four bytes each, and what is asked most in memory. */
final class TokenStore {
  /** Above an id stands its type; both are small. */
  private static final int TYPE_SHIFT = 28;

  private static final int ID_MASK = (1 << TYPE_SHIFT) - 1;

  private final Spool spool = new Spool();
  private final long[] places;
  private final int[] lengths;
  private final BitSet held = new BitSet();
  private final BitSet cut = new BitSet();

  TokenStore(int size) {
    places = new long[size];
    lengths = new int[size];
  }

  boolean has(int example) {
    return held.get(example);
  }

  void put(int example, Tokens tokens) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * tokens.length());
    for (int i = 0; i < tokens.length(); i++) {
      bytes.putInt((int) (tokens.types()[i] << TYPE_SHIFT | tokens.ids()[i]));
    }
    places[example] = spool.append(bytes.flip());
    lengths[example] = tokens.length();
    held.set(example);
    cut.set(example, tokens.isCut());
  }

  int length(int example) {
    return lengths[example];
  }

  boolean isCut(int example) {
    return cut.get(example);
  }

  Tokens get(int example) {
    ByteBuffer bytes = spool.read(places[example], Integer.BYTES * lengths[example]);
    long[] ids = new long[lengths[example]];
    long[] types = new long[lengths[example]];
    for (int i = 0; i < ids.length; i++) {
      int both = bytes.getInt();
      ids[i] = both & ID_MASK;
      int type = both >>> TYPE_SHIFT;
      types[i] = type;
    }
    return new Tokens(ids, types);
  }
}
