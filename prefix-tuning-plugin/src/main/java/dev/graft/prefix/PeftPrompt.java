package dev.graft.prefix;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Host;
import dev.graft.api.Site;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.program.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PEFT's files of prefix and prompt tuning: the rows alone, as {@code prompt_embeddings}. A
 * projection is computed into them, as PEFT does.
 */
@SuppressWarnings("ImmutableEnumChecker") // Settings are constants.
enum PeftPrompt implements ForeignFormat {
  /** Of prefix tuning. */
  PREFIX(
      "prefix-tuning",
      PrefixTuningSettings.SPEC,
      PrefixTuningSettings.VIRTUAL_TOKENS,
      PrefixTuningMethod.EMBEDDING) {
    @Override
    void describe(Settings settings, Host host, Map<String, Object> configuration) {
      List<Integer> layers = settings.get(PrefixTuningSettings.LAYERS);
      if (!layers.isEmpty()) {
        throw GraftException.input("PEFT has no prefix for some layers only.")
            .found("layers=%s", Setting.written(layers))
            .remedy("save it in Graft's own format instead");
      }
      Site.Attention any = host.attentions().get(0);
      long width = (long) any.keyValueHeads() * any.headWidth();
      long inner = settings.get(PrefixTuningSettings.PROJECTION_WIDTH);
      configuration.put("token_dim", width);
      configuration.put("num_attention_heads", any.keyValueHeads());
      configuration.put("prefix_projection", settings.get(PrefixTuningSettings.PROJECTION));
      configuration.put("encoder_hidden_size", inner == 0 ? width : inner);
      configuration.put("init_weights", null);
    }

    @Override
    StoredTensor rows(StoredGraft graft) {
      return graft.settings().get(PrefixTuningSettings.PROJECTION)
          ? flattened(graft.tensors())
          : super.rows(graft);
    }
  },
  /** Of prompt tuning. */
  PROMPT(
      "prompt-tuning",
      PromptTuningSettings.SPEC,
      PromptTuningSettings.VIRTUAL_TOKENS,
      PromptTuningMethod.EMBEDDING) {
    @Override
    void describe(Settings settings, Host host, Map<String, Object> configuration) {
      configuration.put("token_dim", host.width());
      configuration.put("num_attention_heads", host.attentions().get(0).heads());
      configuration.put("prompt_tuning_init", "RANDOM");
      configuration.put("prompt_tuning_init_text", null);
      configuration.put("tokenizer_kwargs", null);
      configuration.put("tokenizer_name_or_path", null);
    }
  };

  private static final String ROWS = "prompt_embeddings";

  /** The version whose configuration is written. */
  private static final String VERSION = "0.21.0";

  private final String method;
  private final SettingsSpec spec;
  private final Setting<Integer> virtualTokens;
  private final String embedding;

  /**
   * A format.
   *
   * @param embedding the tensor that the graft trains
   */
  PeftPrompt(String method, SettingsSpec spec, Setting<Integer> virtualTokens, String embedding) {
    this.method = method;
    this.spec = spec;
    this.virtualTokens = virtualTokens;
    this.embedding = embedding;
  }

  /** Adds what a configuration says of these rows only. */
  abstract void describe(Settings settings, Host host, Map<String, Object> configuration);

  /** What stands in front. */
  StoredTensor rows(StoredGraft graft) {
    return graft.tensors().get(embedding);
  }

  @Override
  public Library library() {
    return Library.PEFT;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return type().equals(configuration.get("peft_type"));
  }

  private String type() {
    return this + "_TUNING";
  }

  /** Rows as a graft that trains them directly. */
  @Override
  public StoredGraft read(Adapter adapter, Host host) {
    StoredTensor rows = adapter.tensors().get(ROWS);
    Object tokens = adapter.configuration().get("num_virtual_tokens");
    if (rows == null || adapter.tensors().size() > 1 || !(tokens instanceof Long)) {
      throw GraftException.input("The adapter is not one of virtual tokens.")
          .expected("the tensor '%s' alone, and 'num_virtual_tokens' in the configuration", ROWS)
          .found(
              "the tensors %s, and %s",
              String.join(", ", adapter.tensors().keySet()),
              tokens == null ? "no such number" : tokens + " virtual tokens");
    }
    Map<String, String> settings = Map.of(virtualTokens.name(), tokens.toString());
    return new StoredGraft(spec.read(method, settings), Map.of(embedding, rows));
  }

  @Override
  public Adapter write(StoredGraft graft, Host host, boolean languageModel) {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("auto_mapping", null);
    configuration.put("base_model_name_or_path", null);
    configuration.put("inference_mode", true);
    // PEFT names the heads twice here.
    configuration.put(
        "modules_to_save",
        languageModel ? null : List.of("classifier", "score", "classifier", "score"));
    configuration.put("num_layers", host.layers());
    configuration.put("num_transformer_submodules", 1);
    configuration.put("num_virtual_tokens", (long) graft.settings().get(virtualTokens));
    configuration.put("peft_type", type());
    configuration.put("peft_version", VERSION);
    configuration.put("revision", null);
    configuration.put("task_type", languageModel ? "CAUSAL_LM" : "SEQ_CLS");
    describe(graft.settings(), host, configuration);
    return new Adapter(configuration, Map.of(ROWS, rows(graft)), "base_model.");
  }

  /** What the projection gives: W' tanh(W P' + b) + b', for each row P'. */
  private static StoredTensor flattened(Map<String, StoredTensor> tensors) {
    StoredTensor hidden =
        linear(tensors.get(PrefixTuningMethod.EMBEDDING), tensors, PrefixTuningMethod.FIRST);
    for (int i = 0; i < hidden.elements().length; i++) {
      hidden.elements()[i] = (float) Math.tanh(hidden.elements()[i]);
    }
    return linear(hidden, tensors, PrefixTuningMethod.SECOND);
  }

  private static StoredTensor linear(
      StoredTensor x, Map<String, StoredTensor> tensors, String path) {
    StoredTensor weight = tensors.get(path + ".weight");
    float[] bias = tensors.get(path + ".bias").elements();
    int rows = x.size(0);
    int in = weight.size(1);
    int out = bias.length;
    float[] y = new float[rows * out];
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < out; j++) {
        double sum = bias[j];
        for (int i = 0; i < in; i++) {
          sum += (double) weight.elements()[j * in + i] * x.elements()[row * in + i];
        }
        y[row * out + j] = (float) sum;
      }
    }
    return new StoredTensor(Shape.of(rows, out), y);
  }
}
