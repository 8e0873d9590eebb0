package dev.graft.host.definition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * SentencePiece's table of normalisations: the length of a trie, the trie as a double array (Aoe,
 * 1989, as Darts-clone packs it), and the texts that it leads to.
 */
public final class Charsmap {
  /** Branches of a node lie in one block. */
  private static final int BLOCK = 256;

  private final IntBuffer units;
  private final ByteBuffer texts;
  private final BitSet seen = new BitSet();
  private final Deque<Integer> nodes = new ArrayDeque<>();

  private Charsmap(IntBuffer units, ByteBuffer texts) {
    this.units = units;
    this.texts = texts;
  }

  /**
   * Refuses a table of which a look-up could leave the bounds: the native library aborts there.
   *
   * @param table in its first bytes
   * @throws IllegalArgumentException if it could
   */
  public static void check(ByteBuffer table) {
    ByteBuffer all = table.slice().order(ByteOrder.LITTLE_ENDIAN);
    int length = all.remaining() < Integer.BYTES ? -1 : all.getInt();
    require(length > 0 && length % Integer.BYTES == 0 && length <= all.remaining());
    IntBuffer units =
        all.slice(all.position(), length).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    ByteBuffer texts = all.position(all.position() + length).slice();
    require(isText(texts));
    new Charsmap(units, texts).check();
  }

  private void check() {
    reach(offset(units.get(0)));
    while (!nodes.isEmpty()) {
      int node = nodes.remove();
      for (int letter = 1; letter < BLOCK; letter++) {
        int unit = units.get(node ^ letter);
        if ((unit & 0x800000ff) == letter) {
          int next = node ^ letter ^ offset(unit);
          reach(next);
          if ((unit & 0x100) != 0) {
            requireStart(units.get(next) & Integer.MAX_VALUE);
          }
        }
      }
    }
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }

  private void reach(int node) {
    require((node | (BLOCK - 1)) >= 0 && (node | (BLOCK - 1)) < units.limit());
    if (!seen.get(node)) {
      seen.set(node);
      nodes.add(node);
    }
  }

  /** Refuses what is no place between two letters. */
  private void requireStart(int place) {
    require(place <= texts.limit());
    require(place == texts.limit() || (texts.get(place) & 0xc0) != 0x80);
  }

  private static boolean isText(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).limit() >= 0;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("a damaged table of normalisations");
    }
  }
}
