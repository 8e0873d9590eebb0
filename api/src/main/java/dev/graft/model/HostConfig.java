package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.program.Activation;
import java.util.List;
import java.util.Optional;

/**
 * The sizes and constants of a host, whatever its architecture calls them.
 *
 * @param vocabulary rows of the token table
 * @param width of the residual stream
 * @param layers the number of blocks
 * @param paddingId the token id of padding; 0 where the architecture has none
 * @param convolution beside the first block, where the host has one (DeBERTa-v2)
 * @param poolerActivation behind the pooler
 * @param tiedHead whether the language-model head is the token table
 * @param initializerRange the standard deviation of fresh weights
 */
public record HostConfig(
    int vocabulary,
    int width,
    int layers,
    Embedding embedding,
    Attention attention,
    Mlp mlp,
    Norm norm,
    Dropouts dropouts,
    int paddingId,
    Optional<Convolution> convolution,
    Activation poolerActivation,
    boolean tiedHead,
    double initializerRange) {

  /**
   * What is added to the token embeddings.
   *
   * @param positions rows of the position table, reserved ones included; 0 for no table
   * @param reserved rows of it in front that stand for padding (RoBERTa)
   * @param tokenTypes rows of the segment table; 0 for none
   * @param norm whether a norm follows
   * @param masked whether rows of padding are set to zero
   */
  public record Embedding(
      int positions, int reserved, int tokenTypes, boolean norm, boolean masked) {}

  /**
   * Attention.
   *
   * @param keyValueHeads fewer than heads under grouped-query attention
   * @param headWidth of each head
   * @param causal whether a token sees only itself and what is before it
   * @param fused whether the checkpoint holds query, key and value as one projection
   * @param bias whether query, key and value have one
   * @param outputBias whether the output projection has one
   * @param windows for each block how many tokens back one sees; 0 for all
   * @param rotary rotations of queries and keys by position
   * @param relative scores between contents and relative positions
   */
  public record Attention(
      int heads,
      int keyValueHeads,
      int headWidth,
      boolean causal,
      boolean fused,
      boolean bias,
      boolean outputBias,
      List<Integer> windows,
      Optional<Rotary> rotary,
      Optional<Relative> relative) {
    /**
     * Copies the windows.
     *
     * @param heads of queries
     * @param keyValueHeads fewer than heads under grouped-query attention
     * @param headWidth of each head
     * @param causal whether a token sees only itself and what is before it
     * @param fused whether the checkpoint holds query, key and value as one projection
     * @param bias whether query, key and value have one
     * @param outputBias whether the output projection has one
     * @param windows for each block how many tokens back one sees; 0 for all
     * @param rotary rotations of queries and keys by position
     * @param relative scores between contents and relative positions
     */
    public Attention {
      windows = List.copyOf(windows);
    }
  }

  /**
   * Rotary positions, as in arXiv 2104.09864 (Su and others, 2021).
   *
   * @param frequencies radians a position, for each pair of a head's elements
   */
  public record Rotary(List<Double> frequencies) {
    /**
     * Copies the frequencies.
     *
     * @param frequencies radians a position, for each pair of a head's elements
     */
    public Rotary {
      frequencies = List.copyOf(frequencies);
    }
  }

  /**
   * Disentangled attention, as in arXiv 2006.03654 (He and others, 2021), section 3.1.
   *
   * @param buckets into which distances fall; 0 for one a distance
   * @param maxDistance the largest distance told apart
   * @param contentToPosition whether queries are compared with positions of keys
   * @param positionToContent whether keys are compared with positions of queries
   * @param sharedKeys whether positions are projected by the content's query and key
   * @param norm whether a norm is put on the table of relative positions
   */
  public record Relative(
      int buckets,
      int maxDistance,
      boolean contentToPosition,
      boolean positionToContent,
      boolean sharedKeys,
      boolean norm) {
    /** The largest relative position after bucketing; the table has twice as many rows. */
    int span() {
      return buckets > 0 ? buckets : maxDistance;
    }
  }

  /**
   * The two or three projections behind attention.
   *
   * @param width between the projections
   * @param gated whether a third projection, {@code mlp.gate}, goes through the activation and
   *     multiplies {@code mlp.up} (SwiGLU)
   */
  public record Mlp(int width, Activation activation, boolean gated, boolean bias) {}

  /**
   * The norms.
   *
   * @param first whether sublayers read a normed stream, and not the stream that was normed after
   *     the last addition
   * @param rootMeanSquare whether only the scale is normed, without mean and bias
   * @param epsilon added to the variance
   */
  public record Norm(boolean first, boolean rootMeanSquare, double epsilon) {}

  /** A convolution over tokens, whose result joins the first block's. */
  public record Convolution(int kernel, int groups, Activation activation) {}

  /**
   * Shares dropped in training.
   *
   * @param embeddings after the embeddings
   * @param hidden after sublayers
   * @param attention of attention weights
   * @param pooler before the pooler
   * @param head in the task head
   */
  public record Dropouts(
      double embeddings, double hidden, double attention, double pooler, double head) {
    static Dropouts all(double probability) {
      return new Dropouts(probability, probability, probability, probability, probability);
    }
  }

  /**
   * {@return how many tokens the position table has rows for; the largest integer where none is
   * needed}
   */
  public int room() {
    return embedding.positions() == 0
        ? Integer.MAX_VALUE
        : embedding.positions() - embedding.reserved();
  }

  /** Refuses a token that is not in the vocabulary. */
  void refuseUnknown(long id) {
    if (id < 0 || id >= vocabulary) {
      throw GraftException.input("A token is not in the host's vocabulary.")
          .expected("ids from 0 to %d", vocabulary - 1)
          .found("%d", id)
          .remedy("use the tokenizer that belongs to the host, and pad with an id that it has");
    }
  }

  /**
   * Refuses sequences that the position table has no rows for.
   *
   * @param virtual rows that grafts put in front
   */
  void refuseLonger(int length, int virtual) {
    int room = room() - virtual;
    if (length > room) {
      throw GraftException.input("A sequence is longer than the host's positions.")
          .expected(
              "at most %d tokens (%d positions, %d of them reserved, %d virtual rows)",
              Math.max(0, room), embedding.positions(), embedding.reserved(), virtual)
          .found("%d tokens", length)
          .remedy(
              room < 1
                  ? "choose fewer virtual tokens, which leave room for a text"
                  : "truncate the texts (--max-length)");
    }
  }

  /** This host with its own dropouts at another probability. */
  HostConfig withDropout(double probability) {
    return new HostConfig(
        vocabulary,
        width,
        layers,
        embedding,
        attention,
        mlp,
        norm,
        Dropouts.all(probability),
        paddingId,
        convolution,
        poolerActivation,
        tiedHead,
        initializerRange);
  }
}
