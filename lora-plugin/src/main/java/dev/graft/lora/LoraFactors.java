package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.Settings;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import java.util.List;
import java.util.Optional;

/**
 * The update of one module as PEFT has it: one A, one B.
 *
 * @param alpha of which the scale follows by the rank
 * @param a A, of shape (rank, in)
 * @param b B, of shape (out, rank)
 * @param magnitude DoRA's, of shape (out)
 */
record LoraFactors(double alpha, StoredTensor a, StoredTensor b, Optional<StoredTensor> magnitude) {
  /** The update of a projection. Factors to be taken off are appended: {@code [B -B0] [A; A0]}. */
  static LoraFactors of(String path, StoredGraft graft) {
    Settings settings = graft.settings();
    StoredTensor a = graft.tensors().get(name(path, "A"));
    StoredTensor b = graft.tensors().get(name(path, "B"));
    StoredTensor a0 = graft.tensors().get(path + ".lora_A.initial");
    StoredTensor b0 = graft.tensors().get(path + ".lora_B.initial");
    double alpha = LoraSettings.alpha(settings, path);
    boolean isPlain = a0 == null;
    return new LoraFactors(
        isPlain ? alpha : widened(alpha, 2, settings),
        isPlain ? a : below(List.of(a, a0)),
        isPlain ? b : beside(b, b0),
        Optional.ofNullable(graft.tensors().get(path + ".lora_magnitude_vector")));
  }

  /** What a factor of an update is called: PEFT's name, which is another one for embeddings. */
  static String name(String path, String factor) {
    return path + (path.equals(TokenTable.PATH) ? ".lora_embedding_" : ".lora_") + factor;
  }

  /** The update of the token table as one of a head that is the same weight. */
  LoraFactors ofTiedHead(StoredGraft graft) {
    return new LoraFactors(
        alpha,
        PeftNames.transposed(b),
        PeftNames.transposed(a),
        Optional.ofNullable(graft.tensors().get(TokenTable.HEAD + ".lora_magnitude_vector")));
  }

  long rank() {
    return a.size(0);
  }

  /** The alpha that keeps the scale at a rank so many times as large. */
  static double widened(double alpha, double times, Settings settings) {
    return alpha * (settings.get(LoraSettings.RANK_STABILIZED) ? Math.sqrt(times) : times);
  }

  /**
   * The updates of the parts of a fused projection as one: each part has rows of B, and columns of
   * B with the rows of A that belong to them, of its own; the rest of B is zero.
   *
   * @param parts in their order; none where a part has no update
   */
  static LoraFactors fused(String name, List<Optional<LoraFactors>> parts, Settings settings) {
    List<LoraFactors> given = parts.stream().flatMap(Optional::stream).toList();
    LoraFactors first = given.get(0);
    int rank = (int) given.stream().mapToLong(LoraFactors::rank).sum();
    int out = first.b.size(0);
    float[] b = new float[parts.size() * out * rank];
    int column = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).isEmpty()) {
        continue;
      }
      LoraFactors part = parts.get(i).get();
      int own = (int) part.rank();
      for (int row = 0; row < out; row++) {
        System.arraycopy(part.b.elements(), row * own, b, (i * out + row) * rank + column, own);
      }
      column += own;
      double there = widened(first.alpha, (double) own / first.rank(), settings);
      if (Math.abs(there - part.alpha) > 1e-12 * there) {
        throw GraftException.input(
                "PEFT has one scale for all of %s, and these parts of it have several.", name)
            .remedy("give them one rank and one alpha, or target qkv");
      }
    }
    if (first.magnitude.isPresent() && given.size() < parts.size()) {
      throw GraftException.input(
              "PEFT has DoRA for all of %s only, and here it is on %d of its %d parts.",
              name, given.size(), parts.size())
          .remedy("target qkv, or all of query, key and value");
    }
    return new LoraFactors(
        widened(first.alpha, (double) rank / first.rank(), settings),
        below(given.stream().map(LoraFactors::a).toList()),
        new StoredTensor(Shape.of((long) parts.size() * out, rank), b),
        first.magnitude.map(
            any -> below(given.stream().map(part -> part.magnitude.orElseThrow()).toList())));
  }

  /** The rows of several, one below the other. */
  private static StoredTensor below(List<StoredTensor> all) {
    long total = all.stream().mapToLong(each -> each.size(0)).sum();
    Shape shape = all.get(0).shape().with(0, Dim.of(total));
    float[] rows = new float[all.stream().mapToInt(each -> each.elements().length).sum()];
    int at = 0;
    for (StoredTensor each : all) {
      System.arraycopy(each.elements(), 0, rows, at, each.elements().length);
      at += each.elements().length;
    }
    return new StoredTensor(shape, rows);
  }

  /** {@code [B -B0]}. */
  private static StoredTensor beside(StoredTensor b, StoredTensor b0) {
    int rank = b.size(1);
    int out = b.size(0);
    float[] both = new float[2 * out * rank];
    for (int row = 0; row < out; row++) {
      System.arraycopy(b.elements(), row * rank, both, 2 * row * rank, rank);
      for (int i = 0; i < rank; i++) {
        both[(2 * row + 1) * rank + i] = -b0.elements()[row * rank + i];
      }
    }
    return new StoredTensor(Shape.of(out, 2L * rank), both);
  }
}
