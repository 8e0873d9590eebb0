package dev.graft.model;

import dev.graft.api.GraftException;
import dev.graft.checkpoint.JsonFile;
import dev.graft.program.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What tells one family of hosts from another, as data: where the sizes stand in {@code
 * config.json}, and what the checkpoint calls each weight.
 */
@SuppressWarnings(
    "ImmutableEnumChecker") // The functions are method references; the lists are copies.
enum Architecture {
  BERT(
      "bert",
      Architecture::bertConfig,
      Naming.of("bert.")
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
          .name("pooler", "pooler.dense")
          .ignore("embeddings.position_ids")
          .ignore("cls\\..*"),
      SequenceHead.POOLED),
  ROBERTA(
      "roberta",
      Architecture::bertConfig,
      BERT.naming.withPrefix("roberta.").ignore("lm_head\\..*"),
      SequenceHead.FIRST_TOKEN_MLP);

  private final String modelType;
  private final Function<JsonFile, HostConfig> config;
  private final Naming naming;
  private final SequenceHead sequenceHead;

  Architecture(
      String modelType,
      Function<JsonFile, HostConfig> config,
      Naming naming,
      SequenceHead sequenceHead) {
    this.modelType = modelType;
    this.config = config;
    this.naming = naming;
    this.sequenceHead = sequenceHead;
  }

  /** The name in {@code config.json}. */
  String modelType() {
    return modelType;
  }

  Naming naming() {
    return naming;
  }

  /** The head that the architecture's reference implementation puts on sequences. */
  SequenceHead sequenceHead() {
    return sequenceHead;
  }

  /** Positions begin behind the padding id's row, and padding stays on it (RoBERTa). */
  boolean positionsSkipPadding() {
    return this == ROBERTA;
  }

  HostConfig config(JsonFile json) {
    return config.apply(json);
  }

  static Architecture of(JsonFile config) {
    String type = config.requireString("model_type");
    return Arrays.stream(values())
        .filter(architecture -> architecture.modelType.equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input(
                    "The architecture '%s' is not known.%n  in: %s%n  expected: %s"
                        .formatted(
                            type,
                            config.file(),
                            Arrays.stream(values())
                                .map(Architecture::modelType)
                                .collect(Collectors.joining(", ")))));
  }

  private static HostConfig bertConfig(JsonFile json) {
    int width = json.requireInt("hidden_size");
    int heads = json.requireInt("num_attention_heads");
    double dropout = json.doubleOr("hidden_dropout_prob", 0.1);
    return new HostConfig(
        json.requireInt("vocab_size"),
        width,
        json.requireInt("num_hidden_layers"),
        heads,
        heads,
        width / heads,
        json.requireInt("intermediate_size"),
        json.requireInt("max_position_embeddings"),
        json.intOr("type_vocab_size", 2),
        json.intOr("pad_token_id", 0),
        json.doubleOr("layer_norm_eps", 1e-12),
        Activation.named(json.stringOr("hidden_act", "gelu")),
        dropout,
        json.doubleOr("attention_probs_dropout_prob", 0.1),
        json.doubleOr("classifier_dropout", dropout),
        json.doubleOr("initializer_range", 0.02));
  }

  /** The names of weights in a checkpoint: {@code #} stands for the number of the block. */
  record Naming(String prefix, Map<String, String> names, List<String> ignored) {
    static Naming of(String prefix) {
      return new Naming(prefix, Map.of(), List.of());
    }

    Naming name(String ours, String theirs) {
      Map<String, String> more = new LinkedHashMap<>(names);
      more.put(ours, theirs);
      return new Naming(prefix, more, ignored);
    }

    /** A pattern of names that checkpoints hold and the host does not read. */
    Naming ignore(String pattern) {
      List<String> more = new ArrayList<>(ignored);
      more.add(pattern);
      return new Naming(prefix, names, more);
    }

    Naming withPrefix(String other) {
      return new Naming(other, names, ignored);
    }

    /** The checkpoint's name, without prefix, for a host parameter such as {@code pooler.bias}. */
    String theirs(String parameter) {
      int dot = parameter.lastIndexOf('.');
      String module = parameter.substring(0, dot);
      String block = module.replaceFirst("^layers\\.(\\d+)\\..*", "$1");
      String pattern = module.replaceFirst("^layers\\.\\d+\\.", "layers.#.");
      String theirs = names.get(pattern);
      if (theirs == null) {
        throw new IllegalArgumentException("no checkpoint name for " + parameter);
      }
      return theirs.replace("#", block) + parameter.substring(dot);
    }
  }
}
