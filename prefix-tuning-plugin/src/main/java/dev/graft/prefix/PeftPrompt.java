package dev.graft.prefix;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Numbers;
import dev.graft.api.ForeignFormat.Own;
import dev.graft.api.Host;
import dev.graft.api.Site;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * PEFT's files of prefix and prompt tuning: the rows alone, as {@code prompt_embeddings}. A
 * projection is computed into them, as PEFT does.
 */
final class PeftPrompt {
  static final String PREFIX = "PREFIX_TUNING";
  static final String PROMPT = "PROMPT_TUNING";

  private static final String ROWS = "prompt_embeddings";

  /** The version whose configuration is written. */
  private static final String VERSION = "0.21.0";

  private PeftPrompt() {}

  /** Rows as a graft that trains them directly. */
  static Own read(Adapter adapter, String name) {
    Numbers rows = adapter.tensors().get(ROWS);
    Object tokens = adapter.configuration().get("num_virtual_tokens");
    if (rows == null || adapter.tensors().size() > 1 || !(tokens instanceof Long)) {
      throw GraftException.input("The adapter is not one of virtual tokens.")
          .expected("the tensor '%s' alone, and 'num_virtual_tokens' in the configuration", ROWS)
          .found(
              "the tensors %s, and %s",
              String.join(", ", adapter.tensors().keySet()),
              tokens == null ? "no such number" : tokens + " virtual tokens");
    }
    return new Own(Map.of("virtual-tokens", tokens.toString()), Map.of(name, rows));
  }

  static Adapter ofPrefix(Own own, Host host, boolean languageModel) {
    if (!own.settings().get("layers").equals("[]")) {
      throw GraftException.input("PEFT has no prefix for some layers only.")
          .found("layers=%s", own.settings().get("layers"))
          .remedy("save it in Graft's own format instead");
    }
    Site.Attention any = host.attentions().get(0);
    long width = (long) any.keyValueHeads() * any.headWidth();
    boolean projected = Boolean.parseBoolean(own.settings().get("projection"));
    long inner = Long.parseLong(own.settings().get("projection-width"));
    Map<String, Object> configuration = configuration(PREFIX, own, host, languageModel);
    configuration.put("token_dim", width);
    configuration.put("num_attention_heads", any.keyValueHeads());
    configuration.put("prefix_projection", projected);
    configuration.put("encoder_hidden_size", inner == 0 ? width : inner);
    configuration.put("init_weights", null);
    return adapter(
        configuration,
        projected ? flattened(own) : own.tensors().get(PrefixTuningMethod.EMBEDDING));
  }

  static Adapter ofPrompt(Own own, Host host, boolean languageModel) {
    Map<String, Object> configuration = configuration(PROMPT, own, host, languageModel);
    configuration.put("token_dim", host.width());
    configuration.put("num_attention_heads", host.attentions().get(0).heads());
    configuration.put("prompt_tuning_init", "RANDOM");
    configuration.put("prompt_tuning_init_text", null);
    configuration.put("tokenizer_kwargs", null);
    configuration.put("tokenizer_name_or_path", null);
    return adapter(configuration, own.tensors().get(PromptTuningMethod.EMBEDDING));
  }

  private static Adapter adapter(Map<String, Object> configuration, Numbers rows) {
    return new Adapter(configuration, Map.of(ROWS, rows), "base_model.");
  }

  private static Map<String, Object> configuration(
      String type, Own own, Host host, boolean languageModel) {
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
    configuration.put("num_virtual_tokens", Long.valueOf(own.settings().get("virtual-tokens")));
    configuration.put("peft_type", type);
    configuration.put("peft_version", VERSION);
    configuration.put("revision", null);
    configuration.put("task_type", languageModel ? "CAUSAL_LM" : "SEQ_CLS");
    return configuration;
  }

  /** What the projection gives: W' tanh(W P' + b) + b', for each row P'. */
  private static Numbers flattened(Own own) {
    Map<String, Numbers> tensors = own.tensors();
    Numbers hidden =
        linear(tensors.get(PrefixTuningMethod.EMBEDDING), tensors, PrefixTuningMethod.FIRST);
    for (int i = 0; i < hidden.elements().length; i++) {
      hidden.elements()[i] = (float) Math.tanh(hidden.elements()[i]);
    }
    return linear(hidden, tensors, PrefixTuningMethod.SECOND);
  }

  private static Numbers linear(Numbers x, Map<String, Numbers> tensors, String path) {
    Numbers weight = tensors.get(path + ".weight");
    float[] bias = tensors.get(path + ".bias").elements();
    int rows = Math.toIntExact(x.shape().get(0));
    int in = Math.toIntExact(weight.shape().get(1));
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
    return new Numbers(List.of((long) rows, (long) out), y);
  }
}
