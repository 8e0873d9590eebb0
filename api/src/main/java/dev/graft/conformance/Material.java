package dev.graft.conformance;

import dev.graft.host.HostShape;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Texts of unequal lengths for a host, with what is to be learnt of them. */
final class Material {
  static final List<String> LABELS = List.of("a", "b", "c");
  private static final int[] LENGTHS = {5, 9, 3};
  private static final int IGNORED = -100;

  private final HostShape host;
  private final boolean isLanguageModel;
  private final List<Tokens> rows = new ArrayList<>();

  Material(HostShape host, boolean isLanguageModel) {
    this.host = host;
    this.isLanguageModel = isLanguageModel;
    SplittableRandom random = new SplittableRandom(5);
    for (int length : LENGTHS) {
      // 0 and 1 are padding somewhere.
      long[] ids = random.longs(length, 2, host.config().vocabulary()).toArray();
      long[] types = new long[length];
      if (host.config().embedding().tokenTypes() > 1) {
        Arrays.fill(types, length / 2, length, 1);
      }
      rows.add(new Tokens(ids, types));
    }
  }

  /** All texts. */
  TokenBatch batch() {
    return batch(IntStream.range(0, rows.size()).toArray());
  }

  /** Some texts, in this order. */
  TokenBatch batch(int... which) {
    return TokenBatch.of(
        Arrays.stream(which).mapToObj(rows::get).toList(), host.config().paddingId());
  }

  /** All texts, with so many columns of padding more. */
  TokenBatch padded(int more) {
    return batch().padded(more, host.config().paddingId());
  }

  /** One text with another last token. */
  TokenBatch withOtherEnd(int which) {
    long[] ids = rows.get(which).ids().clone();
    ids[ids.length - 1] = ids[ids.length - 1] == 2 ? 3 : 2;
    return TokenBatch.of(
        List.of(new Tokens(ids, rows.get(which).types())), host.config().paddingId());
  }

  int rows() {
    return rows.size();
  }

  /** What is trained, in words. */
  String objective() {
    return isLanguageModel ? "the next tokens" : "classes";
  }

  /** The answers to all texts: classes, or of a language model the tokens themselves. */
  double[] labels() {
    return labels(0);
  }

  /** The same for texts with so many columns of padding more. */
  double[] labels(int more) {
    if (!isLanguageModel) {
      return new double[] {0, 2, 1};
    }
    int length = Arrays.stream(LENGTHS).max().orElseThrow() + more;
    double[] labels = new double[rows.size() * length];
    Arrays.fill(labels, IGNORED);
    for (int row = 0; row < rows.size(); row++) {
      for (int i = 0; i < rows.get(row).length(); i++) {
        labels[row * length + i] = rows.get(row).ids()[i];
      }
    }
    return labels;
  }

  /** The part of a row's logits that belongs to real tokens. */
  float[] real(float[] logits, int row) {
    return isLanguageModel
        ? Arrays.copyOf(logits, rows.get(row).length() * host.config().vocabulary())
        : logits;
  }

  /** The same of all rows. */
  float[][] real(float[][] logits) {
    float[][] real = new float[logits.length][];
    for (int row = 0; row < real.length; row++) {
      real[row] = real(logits[row], row);
    }
    return real;
  }

  /** The real tokens' part of what a batch of all texts has for each token. */
  float[] realRows(float[] stream, int width) {
    int length = Arrays.stream(LENGTHS).max().orElseThrow();
    float[] real = new float[Arrays.stream(LENGTHS).sum() * width];
    int to = 0;
    for (int row = 0; row < rows.size(); row++) {
      int count = rows.get(row).length() * width;
      System.arraycopy(stream, row * length * width, real, to, count);
      to += count;
    }
    return real;
  }
}
