package dev.graft.host;

import dev.graft.GraftException;
import dev.graft.program.Activation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
   * @param then what follows the addition
   */
  public record Embedding(int positions, int reserved, int tokenTypes, Set<Then> then) {
    /** What follows the addition. */
    public enum Then {
      NORM,
      /** Rows of padding are set to zero. */
      MASK
    }

    public Embedding {
      then = Set.copyOf(then);
    }

    /** The token embeddings and a position table, which may have no rows; nothing else. */
    static Embedding of(int positions) {
      return new Embedding(positions, 0, 0, Set.of());
    }

    Embedding reserving(int rows) {
      return new Embedding(positions, rows, tokenTypes, then);
    }

    Embedding withTokenTypes(int rows) {
      return new Embedding(positions, reserved, rows, then);
    }

    Embedding then(Then... all) {
      return new Embedding(positions, reserved, tokenTypes, Set.of(all));
    }

    public boolean has(Then step) {
      return then.contains(step);
    }
  }

  /**
   * Attention.
   *
   * @param keyValueHeads fewer than heads under grouped-query attention
   * @param headWidth of each head
   * @param windows for each block how many tokens back one sees; 0 for all
   * @param rotary rotations of queries and keys by position
   * @param relative scores between contents and relative positions
   */
  public record Attention(
      int heads,
      int keyValueHeads,
      int headWidth,
      Visibility visibility,
      Projections projections,
      Biases biases,
      List<Integer> windows,
      Optional<Rotary> rotary,
      Optional<Relative> relative) {
    /** What a token sees of the others. */
    public enum Visibility {
      ALL,
      /** Itself and what is before it. */
      CAUSAL
    }

    /** How the checkpoint holds query, key and value. */
    public enum Projections {
      SEPARATE,
      FUSED
    }

    /** Which projections have one. */
    public enum Biases {
      NONE,
      QUERY_KEY_VALUE,
      ALL
    }

    public Attention {
      windows = List.copyOf(windows);
    }

    public boolean isCausal() {
      return visibility == Visibility.CAUSAL;
    }

    public boolean isFused() {
      return projections == Projections.FUSED;
    }

    boolean hasBias() {
      return biases != Biases.NONE;
    }

    boolean hasOutputBias() {
      return biases == Biases.ALL;
    }
  }

  /**
   * Rotary positions, as in arXiv 2104.09864 (Su and others, 2021).
   *
   * @param frequencies radians a position, for each pair of a head's elements
   * @param scale of rotated queries, and of keys
   * @param reach the most tokens for which these frequencies hold: beyond them, those of a whole
   *     batch would depend on its longest text (dynamic NTK, LongRoPE); the largest integer for all
   */
  public record Rotary(List<Double> frequencies, double scale, int reach) {
    public Rotary {
      frequencies = List.copyOf(frequencies);
    }

    static Rotary of(List<Double> frequencies) {
      return new Rotary(frequencies, 1, Integer.MAX_VALUE);
    }

    Rotary scaled(double by) {
      return new Rotary(frequencies, by, reach);
    }

    Rotary upTo(int tokens) {
      return new Rotary(frequencies, scale, tokens);
    }
  }

  /**
   * Disentangled attention, as in arXiv 2006.03654 (He and others, 2021), section 3.1.
   *
   * @param buckets into which distances fall; 0 for one a distance
   * @param maxDistance the largest distance told apart
   * @param terms that join the scores of contents
   * @param norm whether a norm is put on the table of relative positions
   */
  public record Relative(
      int buckets, int maxDistance, Set<Term> terms, PositionKeys keys, boolean norm) {
    /** What is compared with what besides contents with contents. */
    public enum Term {
      /** Queries with positions of keys. */
      CONTENT_TO_POSITION,
      /** Keys with positions of queries. */
      POSITION_TO_CONTENT
    }

    /** What projects positions. */
    public enum PositionKeys {
      /** The content's query and key. */
      SHARED,
      /** Projections of their own. */
      OWN
    }

    public Relative {
      terms = Set.copyOf(terms);
    }

    public boolean has(Term term) {
      return terms.contains(term);
    }

    public boolean sharesKeys() {
      return keys == PositionKeys.SHARED;
    }

    /** The largest relative position after bucketing; the table has twice as many rows. */
    public int span() {
      return buckets > 0 ? buckets : maxDistance;
    }
  }

  /**
   * The two or three projections behind attention.
   *
   * @param width between the projections
   * @param bias whether they have one
   */
  public record Mlp(int width, Activation activation, Form form, boolean bias) {
    /** How the activation is used. */
    public enum Form {
      /** On {@code mlp.up}. */
      PLAIN,
      /** On {@code mlp.gate}, which then multiplies {@code mlp.up} (SwiGLU). */
      GATED
    }

    public boolean isGated() {
      return form == Form.GATED;
    }
  }

  /**
   * The norms.
   *
   * @param epsilon added to the variance
   */
  public record Norm(Order order, Formula formula, double epsilon) {
    /** Where norms stand. */
    public enum Order {
      /** Sublayers read a normed stream. */
      FIRST,
      /** The stream is normed after each addition. */
      AFTER_ADDITION
    }

    /** What norms compute. */
    public enum Formula {
      LAYER_NORM,
      /** The scale alone, without mean and bias. */
      RMS_NORM
    }

    public boolean isFirst() {
      return order == Order.FIRST;
    }

    public boolean hasBias() {
      return formula == Formula.LAYER_NORM;
    }
  }

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

  /** {@return how many tokens there are positions for; the largest integer where any number} */
  public int room() {
    return positions() - embedding.reserved();
  }

  private int positions() {
    return embedding.positions() == 0
        ? attention.rotary().map(Rotary::reach).orElse(Integer.MAX_VALUE)
        : embedding.positions();
  }

  /**
   * Refuses a batch that the host can't read.
   *
   * @param virtual rows that grafts put in front
   */
  public void requireFit(long smallestId, long largestId, int length, int virtual) {
    refuseUnknown(smallestId);
    refuseUnknown(largestId);
    refuseLonger(length, virtual);
  }

  /** Refuses a token that is not in the vocabulary. */
  public void refuseUnknown(long id) {
    if (id < 0 || id >= vocabulary) {
      throw GraftException.input("A token is not in the host's vocabulary.")
          .expected("ids from 0 to %d", vocabulary - 1)
          .found("%d", id)
          .remedy("use the tokenizer that belongs to the host, and pad with an id that it has");
    }
  }

  /**
   * Refuses sequences that there are no positions for.
   *
   * @param virtual rows that grafts put in front
   */
  public void refuseLonger(int length, int virtual) {
    int room = room() - virtual;
    if (length > room) {
      throw GraftException.input("A sequence is longer than the host's positions.")
          .expected(
              "at most %d tokens (%d positions, %d of them reserved, %d virtual rows)",
              Math.max(0, room), positions(), embedding.reserved(), virtual)
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
