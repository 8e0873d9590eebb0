package dev.graft.host;

import static dev.graft.files.Bounds.COUNT;
import static dev.graft.files.Bounds.COUNT_OR_NONE;
import static dev.graft.files.Bounds.NOT_NEGATIVE;
import static dev.graft.files.Bounds.SHARE;

import dev.graft.GraftException;
import dev.graft.files.Bounds;
import dev.graft.files.JsonFile;
import dev.graft.host.HostConfig.Attention;
import dev.graft.host.HostConfig.Attention.Biases;
import dev.graft.host.HostConfig.Attention.Projections;
import dev.graft.host.HostConfig.Attention.Visibility;
import dev.graft.host.HostConfig.Convolution;
import dev.graft.host.HostConfig.Dropouts;
import dev.graft.host.HostConfig.Embedding;
import dev.graft.host.HostConfig.Embedding.Then;
import dev.graft.host.HostConfig.Mlp;
import dev.graft.host.HostConfig.Norm;
import dev.graft.host.HostConfig.Norm.Formula;
import dev.graft.host.HostConfig.Norm.Order;
import dev.graft.host.HostConfig.Relative;
import dev.graft.host.HostConfig.Relative.PositionKeys;
import dev.graft.host.HostConfig.Relative.Term;
import dev.graft.program.Activation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Where each family's {@code config.json} keeps the sizes, and what it means where it is silent.
 */
final class ConfigReader {
  private static final String LAYER_TYPES = "layer_types";
  private static final String SLIDING = "sliding_attention";
  private static final List<String> KNOWN_TYPES = List.of("full_attention", SLIDING);
  private static final String AGAIN = "take config.json from the model's source again";
  private static final Optional<Convolution> NO_CONVOLUTION = Optional.empty();

  /**
   * Four times the blocks of the deepest that are published; each costs half a megabyte to plan.
   */
  private static final Bounds LAYERS = Bounds.whole(1, 512);

  private static final Bounds COUNT_OR_MINUS_ONE = Bounds.whole(-1, Bounds.MOST);

  /** Its square is the size of a table for each head's rotations. */
  private static final Bounds HEAD_WIDTH = Bounds.whole(1, 1 << 14);

  private ConfigReader() {}

  static HostConfig bert(JsonFile json) {
    return bert(json, padding(json, 0), 0);
  }

  /** Positions begin behind the row of the padding id. */
  static HostConfig roberta(JsonFile json) {
    int padding = padding(json, 1);
    return bert(json, padding, padding + 1);
  }

  static HostConfig electra(JsonFile json) {
    only(
        json,
        "embedding_size",
        json.intOr("embedding_size", 128, COUNT),
        json.requireInt("hidden_size", COUNT));
    return bert(json, padding(json, 0), 0);
  }

  private static HostConfig bert(JsonFile json, int padding, int reserved) {
    int width = json.requireInt("hidden_size", COUNT);
    double hidden = json.doubleOr("hidden_dropout_prob", 0.1, SHARE);
    return new HostConfig(
        json.requireInt("vocab_size", COUNT),
        width,
        json.requireInt("num_hidden_layers", LAYERS),
        Embedding.of(json.requireInt("max_position_embeddings", COUNT))
            .reserving(reserved)
            .withTokenTypes(json.intOr("type_vocab_size", 2, COUNT_OR_NONE))
            .then(Then.NORM),
        encoder(json, json.requireInt("num_attention_heads", COUNT), width, Optional.empty()),
        new Mlp(
            json.requireInt("intermediate_size", COUNT),
            activation(json, "hidden_act", "gelu"),
            Mlp.Form.PLAIN,
            true),
        new Norm(
            Order.AFTER_ADDITION,
            Formula.LAYER_NORM,
            json.doubleOr("layer_norm_eps", 1e-12, NOT_NEGATIVE)),
        new Dropouts(
            hidden,
            hidden,
            json.doubleOr("attention_probs_dropout_prob", 0.1, SHARE),
            0,
            json.doubleOr("classifier_dropout", hidden, SHARE)),
        padding,
        NO_CONVOLUTION,
        Activation.TANH,
        true,
        json.doubleOr("initializer_range", 0.02, NOT_NEGATIVE));
  }

  static HostConfig distilbert(JsonFile json) {
    int width = json.requireInt("dim", COUNT);
    double hidden = json.doubleOr("dropout", 0.1, SHARE);
    return new HostConfig(
        json.requireInt("vocab_size", COUNT),
        width,
        json.requireInt("n_layers", LAYERS),
        Embedding.of(json.requireInt("max_position_embeddings", COUNT)).then(Then.NORM),
        encoder(json, json.requireInt("n_heads", COUNT), width, Optional.empty()),
        new Mlp(
            json.requireInt("hidden_dim", COUNT),
            activation(json, "activation", "gelu"),
            Mlp.Form.PLAIN,
            true),
        new Norm(Order.AFTER_ADDITION, Formula.LAYER_NORM, 1e-12),
        new Dropouts(
            hidden,
            hidden,
            json.doubleOr("attention_dropout", 0.1, SHARE),
            0,
            json.doubleOr("seq_classif_dropout", 0.2, SHARE)),
        padding(json, 0),
        NO_CONVOLUTION,
        Activation.TANH,
        true,
        json.doubleOr("initializer_range", 0.02, NOT_NEGATIVE));
  }

  static HostConfig deberta(JsonFile json) {
    int width = json.requireInt("hidden_size", COUNT);
    only(json, "embedding_size", json.intOr("embedding_size", width, COUNT), width);
    only(json, "pooler_hidden_size", json.intOr("pooler_hidden_size", width, COUNT), width);
    int share = split(json, width, json.requireInt("num_attention_heads", COUNT));
    only(json, "attention_head_size", json.intOr("attention_head_size", share, COUNT), share);
    double hidden = json.doubleOr("hidden_dropout_prob", 0.1, SHARE);
    int positions = json.requireInt("max_position_embeddings", COUNT);
    boolean table = json.booleanOr("position_biased_input", true);
    int kernel = json.intOr("conv_kernel_size", 0, COUNT_OR_NONE);
    return new HostConfig(
        json.requireInt("vocab_size", COUNT),
        width,
        json.requireInt("num_hidden_layers", LAYERS),
        Embedding.of(table ? positions : 0)
            .withTokenTypes(json.intOr("type_vocab_size", 0, COUNT_OR_NONE))
            .then(Then.NORM, Then.MASK),
        encoder(
            json, json.requireInt("num_attention_heads", COUNT), width, relative(json, positions)),
        new Mlp(
            json.requireInt("intermediate_size", COUNT),
            activation(json, "hidden_act", "gelu"),
            Mlp.Form.PLAIN,
            true),
        new Norm(
            Order.AFTER_ADDITION,
            Formula.LAYER_NORM,
            json.doubleOr("layer_norm_eps", 1e-7, NOT_NEGATIVE)),
        new Dropouts(
            hidden,
            hidden,
            json.doubleOr("attention_probs_dropout_prob", 0.1, SHARE),
            json.doubleOr("pooler_dropout", 0, SHARE),
            json.doubleOr("cls_dropout", hidden, SHARE)),
        padding(json, 0),
        kernel == 0
            ? NO_CONVOLUTION
            : Optional.of(
                new Convolution(
                    kernel,
                    json.intOr("conv_groups", 1, COUNT),
                    activation(json, "conv_act", "tanh"))),
        activation(json, "pooler_hidden_act", "gelu"),
        true,
        json.doubleOr("initializer_range", 0.02, NOT_NEGATIVE));
  }

  private static Optional<Relative> relative(JsonFile json, int positions) {
    if (!json.booleanOr("relative_attention", false)) {
      return Optional.empty();
    }
    int largest = json.intOr("max_relative_positions", -1, COUNT_OR_MINUS_ONE);
    List<String> types = json.stringsOr("pos_att_type", List.of());
    Set<Term> terms = EnumSet.noneOf(Term.class);
    if (types.contains("c2p")) {
      terms.add(Term.CONTENT_TO_POSITION);
    }
    if (types.contains("p2c")) {
      terms.add(Term.POSITION_TO_CONTENT);
    }
    int buckets = Math.max(0, json.intOr("position_buckets", -1, COUNT_OR_MINUS_ONE));
    int distance = largest < 1 ? positions : largest;
    int near = buckets / 2;
    // Far distances share buckets by log(d / near) / log((distance - 1) / near).
    if (buckets > 0 && (near == 0 || distance == 1 || distance - 1 == near)) {
      throw GraftException.input(
              "Distances up to %s can't be divided among %s buckets.", distance, buckets)
          .in("%s, 'max_relative_positions' and 'position_buckets'".formatted(json.file()))
          .expected("2 buckets or more, and a distance above 1 that is not half of them and 1")
          .remedy(AGAIN);
    }
    return Optional.of(
        new Relative(
            buckets,
            distance,
            terms,
            json.booleanOr("share_att_key", false) ? PositionKeys.SHARED : PositionKeys.OWN,
            json.stringOr("norm_rel_ebd", "none").contains("layer_norm")));
  }

  static HostConfig gpt2(JsonFile json) {
    int width = json.requireInt("n_embd", COUNT);
    int heads = json.requireInt("n_head", COUNT);
    int layers = json.requireInt("n_layer", LAYERS);
    return new HostConfig(
        json.requireInt("vocab_size", COUNT),
        width,
        layers,
        Embedding.of(json.requireInt("n_positions", COUNT)),
        new Attention(
            heads,
            heads,
            split(json, width, heads),
            Visibility.CAUSAL,
            Projections.FUSED,
            Biases.ALL,
            Collections.nCopies(layers, 0),
            Optional.empty(),
            Optional.empty()),
        new Mlp(
            json.intOr("n_inner", 4 * width, COUNT),
            activation(json, "activation_function", "gelu_new"),
            Mlp.Form.PLAIN,
            true),
        new Norm(
            Order.FIRST,
            Formula.LAYER_NORM,
            json.doubleOr("layer_norm_epsilon", 1e-5, NOT_NEGATIVE)),
        new Dropouts(
            json.doubleOr("embd_pdrop", 0.1, SHARE),
            json.doubleOr("resid_pdrop", 0.1, SHARE),
            json.doubleOr("attn_pdrop", 0.1, SHARE),
            0,
            0),
        padding(json, 0),
        NO_CONVOLUTION,
        Activation.TANH,
        json.booleanOr("tie_word_embeddings", true),
        json.doubleOr("initializer_range", 0.02, NOT_NEGATIVE));
  }

  static HostConfig llama(JsonFile json) {
    Biases biases = json.booleanOr("attention_bias", false) ? Biases.ALL : Biases.NONE;
    return llama(json, biases, block -> 0);
  }

  static HostConfig mistral(JsonFile json) {
    int window = window(json);
    return llama(json, Biases.NONE, block -> window);
  }

  /** Blocks with a window are listed, or begin with one of them. */
  static HostConfig qwen2(JsonFile json) {
    int window = json.booleanOr("use_sliding_window", false) ? window(json) : 0;
    List<String> types = layerTypes(json);
    int first = json.intOr("max_window_layers", 28, COUNT_OR_NONE);
    return llama(
        json,
        Biases.QUERY_KEY_VALUE,
        block ->
            (types.isEmpty() ? block >= first : types.get(block).equals(SLIDING)) ? window : 0);
  }

  /** What each block's attention is, or nothing. */
  private static List<String> layerTypes(JsonFile json) {
    List<String> types = json.stringsOr(LAYER_TYPES, List.of());
    int layers = json.requireInt("num_hidden_layers", LAYERS);
    if (!types.isEmpty() && (types.size() != layers || !KNOWN_TYPES.containsAll(types))) {
      throw GraftException.input(
              "The blocks' kinds of attention are not those of %s blocks.", layers)
          .in("%s, '%s'".formatted(json.file(), LAYER_TYPES))
          .expected("for each block one of %s", String.join(", ", KNOWN_TYPES))
          .found("%s: %s", types.size(), String.join(", ", types))
          .remedy(AGAIN);
    }
    return types;
  }

  /** How many tokens back one sees; for null all, which is 0 here. */
  private static int window(JsonFile json) {
    return json.json().has("sliding_window")
        ? json.intOr("sliding_window", 0, COUNT_OR_NONE)
        : 4096;
  }

  /** Llama and its relatives. */
  private static HostConfig llama(JsonFile json, Biases biases, IntUnaryOperator windows) {
    int width = json.requireInt("hidden_size", COUNT);
    int heads = json.requireInt("num_attention_heads", COUNT);
    int headWidth =
        json.has("head_dim") ? json.requireInt("head_dim", HEAD_WIDTH) : split(json, width, heads);
    return new HostConfig(
        json.requireInt("vocab_size", COUNT),
        width,
        json.requireInt("num_hidden_layers", LAYERS),
        Embedding.of(0),
        new Attention(
            heads,
            keyValueHeads(json, heads),
            headWidth,
            Visibility.CAUSAL,
            Projections.SEPARATE,
            biases,
            IntStream.range(0, json.requireInt("num_hidden_layers", LAYERS))
                .map(windows)
                .boxed()
                .toList(),
            Optional.of(RotaryReader.read(json, headWidth)),
            Optional.empty()),
        new Mlp(
            json.requireInt("intermediate_size", COUNT),
            activation(json, "hidden_act", "silu"),
            Mlp.Form.GATED,
            json.booleanOr("mlp_bias", false)),
        new Norm(Order.FIRST, Formula.RMS_NORM, json.doubleOr("rms_norm_eps", 1e-6, NOT_NEGATIVE)),
        new Dropouts(0, 0, json.doubleOr("attention_dropout", 0, SHARE), 0, 0),
        padding(json, 0),
        NO_CONVOLUTION,
        Activation.TANH,
        json.booleanOr("tie_word_embeddings", false),
        json.doubleOr("initializer_range", 0.02, NOT_NEGATIVE));
  }

  /** Attention of an encoder: every token sees every other, all projections have biases. */
  private static Attention encoder(
      JsonFile json, int heads, int width, Optional<Relative> relative) {
    int layers =
        json.has("n_layers")
            ? json.requireInt("n_layers", LAYERS)
            : json.requireInt("num_hidden_layers", LAYERS);
    return new Attention(
        heads,
        heads,
        split(json, width, heads),
        Visibility.ALL,
        Projections.SEPARATE,
        Biases.ALL,
        Collections.nCopies(layers, 0),
        Optional.empty(),
        relative);
  }

  /** The id that fills up; any does where the model has none, which null says, and -1. */
  private static int padding(JsonFile json, int none) {
    int vocabulary = json.requireInt("vocab_size", COUNT);
    int id = json.intOr("pad_token_id", -1);
    if (id < -1 || id >= vocabulary) {
      throw GraftException.input("The padding token is not in the vocabulary.")
          .in("%s, 'pad_token_id'".formatted(json.file()))
          .expected("an id from 0 to %d, or null for none", vocabulary - 1)
          .found("%d", id)
          .remedy(AGAIN);
    }
    return id == -1 ? none : id;
  }

  private static int split(JsonFile json, int width, int heads) {
    if (width % heads != 0) {
      throw GraftException.input("%d attention heads can't share a width of %d.", heads, width)
          .in(json.file())
          .expected("a width that is a multiple of the number of heads")
          .remedy(AGAIN);
    }
    return width / heads;
  }

  /** Each serves as many heads as the others. */
  private static int keyValueHeads(JsonFile json, int heads) {
    int groups = json.intOr("num_key_value_heads", heads, COUNT);
    if (heads % groups != 0) {
      throw GraftException.input(
              "%s attention heads can't share %s keys and values.", heads, groups)
          .in("%s, 'num_key_value_heads'".formatted(json.file()))
          .expected("a divisor of the number of heads")
          .remedy(AGAIN);
    }
    return groups;
  }

  private static Activation activation(JsonFile json, String key, String fallback) {
    return Activation.named(json.stringOr(key, fallback));
  }

  private static void only(JsonFile json, String key, int found, int supported) {
    if (found != supported) {
      throw ConfigurationKeys.unsupported(json, key, supported, found);
    }
  }
}
