package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.Optional;
import java.util.OptionalInt;

/** A named place in a host where a method may act. */
public sealed interface Site {
  /** {@return the name, such as {@code layers.3.attention.query}} */
  String path();

  /**
   * An affine map {@code W x + b}.
   *
   * <p>In each block these are {@code attention.query}, {@code attention.key}, {@code
   * attention.value} and {@code attention.output}, and {@code mlp.up} and {@code mlp.down}. A gated
   * MLP (Llama, Mistral, Qwen2) has {@code mlp.gate}, too; GPT-2 has {@code attention.qkv}, of
   * which query, key and value are parts; DeBERTa-v2, unless it shares its keys, has {@code
   * attention.position_key} and {@code attention.position_query} for relative positions. Besides
   * there may be a {@code pooler} and, in decoders, the {@code lm_head}. {@code graft plan} lists
   * those that a method acts at.
   *
   * @param path such as {@code layers.3.attention.query}
   * @param layer the block that it belongs to, from 0, if it belongs to one
   * @param in the width of x
   * @param out the width of the result
   * @param weight W, of shape (out, in), as it was pretrained, also where a graft unfroze it or
   *     merged weights take its place
   * @param bias b, of shape (out), where the host has one
   */
  record Projection(
      String path, OptionalInt layer, long in, long out, Tensor weight, Optional<Tensor> bias)
      implements Site {}

  /**
   * One half of a block, which is added to the residual stream: {@code layers.3.attention} or
   * {@code layers.3.mlp}.
   *
   * @param layer the block's number, from 0
   * @param part which half
   * @param width of the stream
   */
  record Sublayer(String path, int layer, Part part, long width) implements Site {
    /** Which half. */
    public enum Part {
      /** Attention and its output projection. */
      ATTENTION,
      /** The feed-forward network. */
      MLP
    }
  }

  /**
   * A whole block: {@code layers.3}.
   *
   * @param layer its number, from 0
   * @param width of the stream
   */
  record Block(String path, int layer, long width) implements Site {}

  /**
   * The attention between projections: {@code layers.3.attention}.
   *
   * @param layer the block's number, from 0
   * @param heads of the queries
   * @param keyValueHeads of keys and values; fewer than heads under grouped-query attention
   * @param headWidth of one head, in queries, keys and values
   */
  record Attention(String path, int layer, int heads, int keyValueHeads, int headWidth)
      implements Site {}

  /**
   * The token embeddings.
   *
   * @param path {@code embeddings}
   * @param table of shape (vocabulary, width)
   */
  record Embeddings(String path, Tensor table) implements Site {}
}
