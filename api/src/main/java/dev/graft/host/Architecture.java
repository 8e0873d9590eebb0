package dev.graft.host;

import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What tells one family of hosts from another, as data: how {@code config.json} is read, what the
 * checkpoint calls each weight, and which head goes on sequences.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions are method references; names are copies.
public enum Architecture {
  BERT(
      "bert",
      "Bert",
      ConfigReader::bert,
      TaskHeadLayout.POOLED,
      bertNames("bert.").name("pooler", "pooler.dense")),
  ROBERTA(
      "roberta",
      "Roberta",
      ConfigReader::roberta,
      TaskHeadLayout.FIRST_TOKEN_TANH,
      bertNames("roberta.")),
  ELECTRA(
      "electra",
      "Electra",
      ConfigReader::electra,
      TaskHeadLayout.FIRST_TOKEN_GELU,
      bertNames("electra.")),
  DISTILBERT(
      "distilbert",
      "DistilBert",
      ConfigReader::distilbert,
      TaskHeadLayout.FIRST_TOKEN_RELU,
      Naming.of("distilbert.")
          .name("embeddings.word", "embeddings.word_embeddings")
          .name("embeddings.position", "embeddings.position_embeddings")
          .name("embeddings.norm", "embeddings.LayerNorm")
          .name("layers.#.attention.query", "transformer.layer.#.attention.q_lin")
          .name("layers.#.attention.key", "transformer.layer.#.attention.k_lin")
          .name("layers.#.attention.value", "transformer.layer.#.attention.v_lin")
          .name("layers.#.attention.output", "transformer.layer.#.attention.out_lin")
          .name("layers.#.attention.norm", "transformer.layer.#.sa_layer_norm")
          .name("layers.#.mlp.up", "transformer.layer.#.ffn.lin1")
          .name("layers.#.mlp.down", "transformer.layer.#.ffn.lin2")
          .name("layers.#.mlp.norm", "transformer.layer.#.output_layer_norm")
          .ignore("embeddings.position_ids")
          .ignore("vocab_.*")),
  DEBERTA_V2(
      "deberta-v2",
      "DebertaV2",
      ConfigReader::deberta,
      TaskHeadLayout.POOLED,
      bertNames("deberta.")
          .name("layers.#.attention.query", "encoder.layer.#.attention.self.query_proj")
          .name("layers.#.attention.key", "encoder.layer.#.attention.self.key_proj")
          .name("layers.#.attention.value", "encoder.layer.#.attention.self.value_proj")
          .name("layers.#.attention.position_key", "encoder.layer.#.attention.self.pos_key_proj")
          .name(
              "layers.#.attention.position_query", "encoder.layer.#.attention.self.pos_query_proj")
          .name("relative", "encoder.rel_embeddings")
          .name("relative.norm", "encoder.LayerNorm")
          .name("convolution", "encoder.conv.conv")
          .name("convolution.norm", "encoder.conv.LayerNorm")
          .outside("pooler", "pooler.dense")
          .ignore("lm_predictions\\..*")
          .ignore("mask_predictions\\..*")),
  GPT2(
      "gpt2",
      "GPT2",
      ConfigReader::gpt2,
      TaskHeadLayout.LAST_TOKEN,
      Naming.of("transformer.")
          .name("embeddings.word", "wte")
          .name("embeddings.position", "wpe")
          .name("layers.#.attention.norm", "h.#.ln_1")
          .transposed("layers.#.attention.qkv", "h.#.attn.c_attn")
          .transposed("layers.#.attention.output", "h.#.attn.c_proj")
          .name("layers.#.mlp.norm", "h.#.ln_2")
          .transposed("layers.#.mlp.up", "h.#.mlp.c_fc")
          .transposed("layers.#.mlp.down", "h.#.mlp.c_proj")
          .name("norm", "ln_f")
          .outside("lm_head", "lm_head")
          .ignore("lm_head\\..*")
          .ignore("h\\.\\d+\\.attn\\.(masked_)?bias")),
  LLAMA("llama", "Llama", ConfigReader::llama, TaskHeadLayout.LAST_TOKEN, llamaNames()),
  MISTRAL("mistral", "Mistral", ConfigReader::mistral, TaskHeadLayout.LAST_TOKEN, llamaNames()),
  QWEN2("qwen2", "Qwen2", ConfigReader::qwen2, TaskHeadLayout.LAST_TOKEN, llamaNames());

  private final String modelType;
  private final String family;
  private final Function<JsonFile, HostConfig> config;
  private final TaskHeadLayout headLayout;
  private final Naming naming;

  Architecture(
      String modelType,
      String family,
      Function<JsonFile, HostConfig> config,
      TaskHeadLayout headLayout,
      Naming naming) {
    this.modelType = modelType;
    this.family = family;
    this.config = config;
    this.headLayout = headLayout;
    this.naming = naming;
  }

  private static Naming bertNames(String prefix) {
    return Naming.of(prefix)
        .name("embeddings.word", "embeddings.word_embeddings")
        .name("embeddings.position", "embeddings.position_embeddings")
        .name("embeddings.type", "embeddings.token_type_embeddings")
        .name("embeddings.norm", "embeddings.LayerNorm")
        .name("layers.#.attention.query", "encoder.layer.#.attention.self.query")
        .name("layers.#.attention.key", "encoder.layer.#.attention.self.key")
        .name("layers.#.attention.value", "encoder.layer.#.attention.self.value")
        .name("layers.#.attention.output", "encoder.layer.#.attention.output.dense")
        .name("layers.#.attention.norm", "encoder.layer.#.attention.output.LayerNorm")
        .name("layers.#.mlp.up", "encoder.layer.#.intermediate.dense")
        .name("layers.#.mlp.down", "encoder.layer.#.output.dense")
        .name("layers.#.mlp.norm", "encoder.layer.#.output.LayerNorm")
        .ignore("embeddings.position_ids")
        .ignore("cls\\..*")
        .ignore("lm_head\\..*")
        .ignore("(generator|discriminator)_(predictions|lm_head)\\..*")
        .ignore("pooler\\..*");
  }

  private static Naming llamaNames() {
    return Naming.of("model.")
        .name("embeddings.word", "embed_tokens")
        .name("layers.#.attention.norm", "layers.#.input_layernorm")
        .name("layers.#.attention.query", "layers.#.self_attn.q_proj")
        .name("layers.#.attention.key", "layers.#.self_attn.k_proj")
        .name("layers.#.attention.value", "layers.#.self_attn.v_proj")
        .name("layers.#.attention.output", "layers.#.self_attn.o_proj")
        .name("layers.#.mlp.norm", "layers.#.post_attention_layernorm")
        .name("layers.#.mlp.gate", "layers.#.mlp.gate_proj")
        .name("layers.#.mlp.up", "layers.#.mlp.up_proj")
        .name("layers.#.mlp.down", "layers.#.mlp.down_proj")
        .name("norm", "norm")
        .outside("lm_head", "lm_head")
        .ignore("lm_head\\..*")
        .ignore("layers\\.\\d+\\.self_attn\\.rotary_emb\\.inv_freq");
  }

  /** The name in {@code config.json}. */
  String modelType() {
    return modelType;
  }

  /** What transformers' classes are called after. */
  String family() {
    return family;
  }

  String languageModelClass() {
    return family + (this == GPT2 ? "LMHeadModel" : "ForCausalLM");
  }

  Naming naming() {
    return naming;
  }

  /** The head that the architecture's reference implementation puts on sequences. */
  public TaskHeadLayout headLayout() {
    return headLayout;
  }

  /** Reads what is computed; a key that Graft does not compute with is refused. */
  HostConfig config(JsonFile json) {
    return config.apply(ConfigurationKeys.of(modelType).checked(json));
  }

  /** {@return the keys of a {@code config.json} that neither Graft nor transformers reads} */
  public static Set<String> unreadKeys(JsonFile config) {
    return ConfigurationKeys.of(of(config).modelType).unread(config);
  }

  /** Modules that a checkpoint may lack: a pooler, a language-model head of its own. */
  Set<String> optional(HostConfig config) {
    if (config.attention().isCausal()) {
      return config.tiedHead() ? Set.of() : Set.of("lm_head");
    }
    return headLayout == TaskHeadLayout.POOLED ? Set.of("pooler") : Set.of();
  }

  static Architecture of(JsonFile config) {
    String type = config.requireString("model_type");
    return Arrays.stream(values())
        .filter(architecture -> architecture.modelType.equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input("The architecture '%s' is not known.", type)
                    .in(config.file())
                    .expected(
                        "a 'model_type' of %s",
                        Arrays.stream(values())
                            .map(Architecture::modelType)
                            .collect(Collectors.joining(", "))));
  }
}
