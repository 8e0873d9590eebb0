package dev.graft.model;

import dev.graft.program.Device;
import dev.graft.program.Value;
import java.util.Arrays;
import java.util.List;

/**
 * Token sequences of unequal lengths, padded on the right.
 *
 * @param ids row by row, (rows x length)
 * @param mask one for tokens and zero for padding
 * @param types the segment of each token
 */
public record TokenBatch(int rows, int length, long[] ids, long[] mask, long[] types) {

  /**
   * Pads sequences to the longest.
   *
   * @param paddingId the id that fills up
   */
  public static TokenBatch of(List<Tokens> sequences, long paddingId) {
    int length = sequences.stream().mapToInt(Tokens::length).max().orElse(0);
    long[] ids = new long[sequences.size() * length];
    long[] mask = new long[ids.length];
    long[] types = new long[ids.length];
    Arrays.fill(ids, paddingId);
    for (int row = 0; row < sequences.size(); row++) {
      Tokens tokens = sequences.get(row);
      System.arraycopy(tokens.ids(), 0, ids, row * length, tokens.length());
      System.arraycopy(tokens.types(), 0, types, row * length, tokens.length());
      Arrays.fill(mask, row * length, row * length + tokens.length(), 1);
    }
    return new TokenBatch(sequences.size(), length, ids, mask, types);
  }

  /** The number of real tokens. */
  public long tokens() {
    return Arrays.stream(mask).sum();
  }

  List<Value> onto(Device device) {
    return List.of(
        device.create("ids", ids, rows, length),
        device.create("mask", mask, rows, length),
        device.create("types", types, rows, length));
  }
}
