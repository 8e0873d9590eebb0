package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Numbers;
import dev.graft.api.ForeignFormat.Own;
import dev.graft.api.Settings;
import java.util.ArrayList;
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
record LoraFactors(double alpha, Numbers a, Numbers b, Optional<Numbers> magnitude) {
  /** The update of a projection. Factors to be taken off are appended: {@code [B -B0] [A; A0]}. */
  static LoraFactors of(String path, Own own, Settings settings) {
    Numbers a = own.tensors().get(path + ".lora_A");
    Numbers b = own.tensors().get(path + ".lora_B");
    Numbers a0 = own.tensors().get(path + ".lora_A.initial");
    Numbers b0 = own.tensors().get(path + ".lora_B.initial");
    double alpha = LoraSettings.alpha(settings, path);
    boolean isPlain = a0 == null;
    return new LoraFactors(
        isPlain ? alpha : widened(alpha, 2, settings),
        isPlain ? a : below(List.of(a, a0)),
        isPlain ? b : beside(b, b0),
        Optional.ofNullable(own.tensors().get(path + ".lora_magnitude_vector")));
  }

  long rank() {
    return a.shape().get(0);
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
    int out = first.b.shape().get(0).intValue();
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
        new Numbers(List.of((long) parts.size() * out, (long) rank), b),
        first.magnitude.map(
            any -> below(given.stream().map(part -> part.magnitude.orElseThrow()).toList())));
  }

  /** The rows of several, one below the other. */
  private static Numbers below(List<Numbers> all) {
    List<Long> shape = new ArrayList<>(all.get(0).shape());
    shape.set(0, all.stream().mapToLong(each -> each.shape().get(0)).sum());
    float[] rows = new float[all.stream().mapToInt(each -> each.elements().length).sum()];
    int at = 0;
    for (Numbers each : all) {
      System.arraycopy(each.elements(), 0, rows, at, each.elements().length);
      at += each.elements().length;
    }
    return new Numbers(shape, rows);
  }

  /** {@code [B -B0]}. */
  private static Numbers beside(Numbers b, Numbers b0) {
    int rank = b.shape().get(1).intValue();
    int out = b.shape().get(0).intValue();
    float[] both = new float[2 * out * rank];
    for (int row = 0; row < out; row++) {
      System.arraycopy(b.elements(), row * rank, both, 2 * row * rank, rank);
      for (int i = 0; i < rank; i++) {
        both[(2 * row + 1) * rank + i] = -b0.elements()[row * rank + i];
      }
    }
    return new Numbers(List.of((long) out, 2L * rank), both);
  }
}
