package dev.graft.conformance;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.files.JsonFile;
import dev.graft.host.RandomModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tiny random host of every architecture, with 60 tokens and a width of 16 in two blocks, and two
 * wide ones of one block.
 */
public final class TinyHosts {
  private static final String ENCODER =
      """
      "vocab_size": 60, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
      "intermediate_size": 32, "max_position_embeddings": 128, "type_vocab_size": 2""";
  private static final String DECODER =
      """
      "vocab_size": 60, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4,
      "num_key_value_heads": 2, "intermediate_size": 32, "rope_theta": 100.0""";
  private static final String RELATIVE =
      """
      "relative_attention": true, "position_buckets": 8, "max_relative_positions": -1,
      "norm_rel_ebd": "layer_norm", "position_biased_input": false, "hidden_act": "gelu"
      """;

  private static final Map<String, String> CONFIGS = new LinkedHashMap<>();

  static {
    put("bert", ENCODER);
    put("roberta", ENCODER + ", \"pad_token_id\": 1");
    put("electra", ENCODER + ", \"embedding_size\": 16");
    CONFIGS.put(
        "distilbert",
        """
        {"model_type": "distilbert", "vocab_size": 60, "dim": 16, "n_layers": 2, "n_heads": 2,
         "hidden_dim": 32, "max_position_embeddings": 128}""");
    put(
        "deberta-v2",
        ENCODER + ", " + RELATIVE + ", \"pos_att_type\": \"p2c|c2p\", \"share_att_key\": true");
    CONFIGS.put(
        "deberta-v2 with a convolution and keys of its own",
        "{\"model_type\": \"deberta-v2\", %s, %s, \"pos_att_type\": [\"p2c\", \"c2p\"], \"conv_kernel_size\": 3, \"conv_act\": \"gelu\"}"
            .formatted(ENCODER, RELATIVE));
    CONFIGS.put(
        "gpt2",
        """
        {"model_type": "gpt2", "vocab_size": 60, "n_embd": 16, "n_layer": 2, "n_head": 2,
         "n_positions": 128}""");
    put("llama", DECODER);
    put("qwen2", DECODER + ", \"tie_word_embeddings\": true");
    put("mistral", DECODER + ", \"sliding_window\": 3");
    // Wider than bfloat16 counts, and than float16 does.
    CONFIGS.put("bert of width 264", wide("bert", ENCODER, 264));
    CONFIGS.put("llama of width 2064", wide("llama", DECODER + ", \"head_dim\": 4", 2064));
  }

  private TinyHosts() {}

  private static void put(String architecture, String rest) {
    CONFIGS.put(architecture, "{\"model_type\": \"%s\", %s}".formatted(architecture, rest));
  }

  /** One block, and as few rows in its matrices as can be. */
  private static String wide(String architecture, String sizes, int width) {
    return "{\"model_type\": \"%s\", %s}"
        .formatted(
            architecture,
            sizes
                .replace("\"hidden_size\": 16", "\"hidden_size\": " + width)
                .replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1")
                .replace("\"intermediate_size\": 32", "\"intermediate_size\": 16"));
  }

  /** Whether places in a host's matrices are too large to be real numbers of half precision. */
  static boolean isWide(String name) {
    return name.contains(" of width ");
  }

  /** {@return the names that {@link #named} knows: one of each architecture, and variants} */
  public static List<String> names() {
    return List.copyOf(CONFIGS.keySet());
  }

  /**
   * {@return a host with random weights, the same at every call, in 32 bits}
   *
   * @param name one of {@link #names()}
   */
  public static ModelDirectory named(String name) {
    return RandomModel.of(config(name), 7);
  }

  /**
   * {@return what stands in the host's {@code config.json}}
   *
   * @param name one of {@link #names()}
   */
  public static JsonFile config(String name) {
    return JsonFile.of(Path.of(name + ".json"), CONFIGS.get(name));
  }
}
