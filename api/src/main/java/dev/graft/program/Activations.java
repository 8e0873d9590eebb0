package dev.graft.program;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a training step keeps between forward and backward, about: the results of all operators that
 * depend on what is trained, views of other results left out, and what attention keeps besides.
 */
public final class Activations {
  private final List<Tensor> outputs;
  private final List<Tensor> checkpoints;
  private final Set<Tensor> leaves;
  private final Precision precision;
  private final List<Tensor> nodes;
  private final Set<Tensor> dependent;

  /**
   * Those of a step that keeps them all.
   *
   * @param outputs whose graphs are counted, a shared node once
   * @param leaves those that are trained
   * @param precision of real numbers
   */
  public Activations(List<Tensor> outputs, Set<Tensor> leaves, Precision precision) {
    this(outputs, List.of(), leaves, precision);
  }

  /**
   * Those of a step that may compute segments once more on the way back: what segments read of
   * earlier ones, and the results of the largest.
   *
   * @param loss whose graph is counted
   * @param checkpoints as {@link TrainingStep.Builder#checkpoints} takes them; none keeps all
   * @param leaves those that are trained
   * @param precision of real numbers
   */
  public Activations(
      Tensor loss, List<Tensor> checkpoints, Set<Tensor> leaves, Precision precision) {
    this(List.of(loss), checkpoints, leaves, precision);
  }

  private Activations(
      List<Tensor> outputs, List<Tensor> checkpoints, Set<Tensor> leaves, Precision precision) {
    this.outputs = outputs;
    this.checkpoints = checkpoints;
    this.leaves = leaves;
    this.precision = precision;
    boolean leavesOut = checkpoints.isEmpty() && Optimization.UNREAD_ROWS.isOn();
    List<Tensor> computed = leavesOut ? UnreadRows.leftOut(outputs, each -> false) : outputs;
    this.nodes =
        Program.inOrder(
            computed.stream().flatMap(Activations::withoutChunked).toList(), each -> false);
    this.dependent = Program.behind(nodes, leaves, call -> true);
  }

  /** An output, or what a loss in chunks in it is computed from and what is made of that. */
  private static Stream<Tensor> withoutChunked(Tensor output) {
    ChunkedLoss chunked = ChunkedLoss.in(output).orElse(null);
    return chunked == null
        ? Stream.of(output)
        : Program.inOrder(List.of(output), chunked.loss()::equals).stream()
            .flatMap(
                node -> node.equals(chunked.loss()) ? chunked.inputs().stream() : Stream.of(node));
  }

  /**
   * {@return the bytes for a batch} A language model's loss that is taken over chunks of tokens
   * keeps no logits, and takes those of one chunk.
   *
   * @param kernels that compute them
   * @param sizes of the batch, by the names of the symbols
   * @throws ArithmeticException if they overflow 64 bits
   */
  public long bytes(Kernels kernels, Map<String, Long> sizes) {
    long bytes = checkpoints.isEmpty() ? all(kernels, sizes) : checkpointed(kernels, sizes);
    for (Tensor output : outputs) {
      long ofChunk =
          ChunkedLoss.in(output)
              .map(chunked -> chunked.bytes(chunked.count().at(sizes), precision))
              .orElse(0L);
      bytes = Math.addExact(bytes, ofChunk);
    }
    return bytes;
  }

  private long all(Kernels kernels, Map<String, Long> sizes) {
    long bytes = 0;
    for (Tensor node : nodes) {
      bytes = Math.addExact(bytes, keptBy(node, kernels, sizes));
    }
    return bytes;
  }

  private long checkpointed(Kernels kernels, Map<String, Long> sizes) {
    Segments segments = new Segments(outputs.get(0), checkpoints, leaves);
    Map<Integer, Long> kept = new HashMap<>();
    for (Tensor node : nodes) {
      if (!node.isLeaf()) {
        kept.merge(segments.place(node), keptBy(node, kernels, sizes), Math::addExact);
      }
    }
    long read = kept.getOrDefault(Segments.FIRST, 0L);
    long largest = 0;
    for (int i = Segments.FIRST + 1; i <= segments.last(); i++) {
      largest = Math.max(largest, kept.getOrDefault(i, 0L));
      for (Tensor node : segments.given(i)) {
        read = Math.addExact(read, own(node, sizes));
      }
    }
    return Math.addExact(read, largest);
  }

  private long keptBy(Tensor node, Kernels kernels, Map<String, Long> sizes) {
    if (node.isLeaf() || !dependent.contains(node)) {
      return 0;
    }
    long bytes = own(node, sizes);
    return node.call().function().equals(Call.ATTENTION)
        ? Math.addExact(
            bytes, kernels.keptByAttention(node.call(), dependent::contains, precision).at(sizes))
        : bytes;
  }

  private long own(Tensor node, Map<String, Long> sizes) {
    long bytes = node.call().isView() ? 0 : node.type().bytes(precision);
    return Arrays.stream(node.shape().at(sizes)).reduce(bytes, Math::multiplyExact);
  }
}
