package dev.graft.harness.data.table;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.ExampleList;
import dev.graft.harness.data.Spool;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/** Examples whose texts are on disk: 28 bytes of memory each, however long they are. */
final class StoredExamples extends ExampleList {
  private final Path file;
  private final Spool texts = new Spool();
  private long[] ends = new long[16];
  private int[] lines = new int[16];
  private double[] targets = new double[16];
  private long[] fingerprints = new long[16];
  private final BitSet doubtful = new BitSet();
  private int size;

  /**
   * None yet.
   *
   * @param file that they are read from, for messages
   */
  StoredExamples(Path file) {
    this.file = file;
  }

  void append(int line, Example example) {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
      lines = Arrays.copyOf(lines, 2 * size);
      targets = Arrays.copyOf(targets, 2 * size);
      fingerprints = Arrays.copyOf(fingerprints, 2 * size);
    }
    byte[] first = example.text().getBytes(StandardCharsets.UTF_8);
    byte[] second = example.pair().orElse("").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + first.length + second.length);
    bytes.putInt(example.pair().isEmpty() ? -1 : first.length).put(first).put(second).flip();
    int length = bytes.remaining();
    ends[size] = texts.append(bytes) + length;
    lines[size] = line;
    targets[size] = example.target();
    fingerprints[size] = example.fingerprint();
    doubtful.set(size, example.isDoubtful());
    size++;
  }

  /** Gives classes other numbers: that of class i is the i-th. */
  void renumber(int[] numbers) {
    for (int i = 0; i < size; i++) {
      targets[i] = numbers[(int) targets[i]];
    }
  }

  @Override
  public Example get(int example) {
    long begin = example == 0 ? 0 : ends[example - 1];
    ByteBuffer bytes = texts.read(begin, Math.toIntExact(ends[example] - begin));
    int first = bytes.getInt();
    String text = text(bytes, first < 0 ? bytes.remaining() : first);
    Optional<String> pair =
        first < 0 ? Optional.empty() : Optional.of(text(bytes, bytes.remaining()));
    return new Example(text, pair, targets[example]);
  }

  private static String text(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public double target(int example) {
    return targets[example];
  }

  @Override
  public long fingerprint(int example) {
    return fingerprints[example];
  }

  @Override
  public boolean isDoubtful(int example) {
    return doubtful.get(example);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String place(int example) {
    return "%s, line %s".formatted(file, lines[example]);
  }
}
