package dev.graft.host;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.graft.program.Device;
import dev.graft.program.Value;
import java.util.Arrays;
import java.util.List;

/** Token sequences of unequal lengths, padded on the right. */
public final class TokenBatch {
  private final int rows;
  private final int length;
  private final long[] ids;
  private final long[] mask;
  private final long[] types;

  private TokenBatch(int rows, int length) {
    this.rows = rows;
    this.length = length;
    this.ids = new long[rows * length];
    this.mask = new long[rows * length];
    this.types = new long[rows * length];
  }

  /**
   * {@return sequences padded to the longest}
   *
   * @param sequences one for each row
   * @param paddingId the id that fills up: {@link HostConfig#paddingId()}
   */
  public static TokenBatch of(List<Tokens> sequences, long paddingId) {
    int length = sequences.stream().mapToInt(Tokens::length).max().orElse(0);
    TokenBatch batch = new TokenBatch(sequences.size(), length);
    Arrays.fill(batch.ids, paddingId);
    for (int row = 0; row < batch.rows; row++) {
      Tokens tokens = sequences.get(row);
      int start = row * length;
      System.arraycopy(tokens.ids(), 0, batch.ids, start, tokens.length());
      System.arraycopy(tokens.types(), 0, batch.types, start, tokens.length());
      Arrays.fill(batch.mask, start, start + tokens.length(), 1);
    }
    return batch;
  }

  /**
   * {@return the same sequences with more padding}
   *
   * @param more columns
   * @param paddingId the id that fills up
   */
  public TokenBatch padded(int more, long paddingId) {
    TokenBatch batch = new TokenBatch(rows, length + more);
    Arrays.fill(batch.ids, paddingId);
    for (int row = 0; row < rows; row++) {
      int start = row * batch.length;
      System.arraycopy(ids, row * length, batch.ids, start, length);
      System.arraycopy(mask, row * length, batch.mask, start, length);
      System.arraycopy(types, row * length, batch.types, start, length);
    }
    return batch;
  }

  /**
   * {@return one sequence alone, without padding}
   *
   * @param row from 0
   */
  public TokenBatch row(int row) {
    int tokens = 0;
    while (tokens < length && mask[row * length + tokens] == 1) {
      tokens++;
    }
    return part(row, tokens);
  }

  /** The first tokens of the first sequence. */
  public TokenBatch first(int tokens) {
    return part(0, tokens);
  }

  private TokenBatch part(int row, int tokens) {
    int start = row * length;
    Tokens sequence =
        new Tokens(
            Arrays.copyOfRange(ids, start, start + tokens),
            Arrays.copyOfRange(types, start, start + tokens));
    return of(List.of(sequence), 0);
  }

  /** {@return the number of sequences} */
  public int rows() {
    return rows;
  }

  /** {@return the number of tokens in the longest sequence: the width of the batch} */
  public int length() {
    return length;
  }

  /** {@return the number of real tokens, in all sequences together} */
  public long tokens() {
    return Arrays.stream(mask).sum();
  }

  /**
   * {@return numbers of all sequences, those of each apart}
   *
   * @param numbers as many for each sequence, one after the other
   */
  public float[][] perRow(float[] numbers) {
    int width = numbers.length / rows;
    float[][] table = new float[rows][];
    for (int row = 0; row < rows; row++) {
      table[row] = Arrays.copyOfRange(numbers, row * width, (row + 1) * width);
    }
    return table;
  }

  /** The largest token id; 0 where there is none. */
  public long largestId() {
    return Arrays.stream(ids).max().orElse(0);
  }

  /** The smallest token id; 0 where there is none. */
  public long smallestId() {
    return Arrays.stream(ids).min().orElse(0);
  }

  public List<Value> onto(Device device) {
    return List.of(
        device.input("ids", ids, rows, length),
        device.input("mask", mask, rows, length),
        device.input("types", types, rows, length));
  }

  /** The same as DJL's arrays. */
  public NDList onto(NDManager manager) {
    Shape shape = new Shape(rows, length);
    return new NDList(
        manager.create(ids, shape), manager.create(mask, shape), manager.create(types, shape));
  }
}
