package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.Host;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The keys of PEFT's configuration of a LoRA. */
final class PeftLoraKeys {
  /** What stands in PEFT 0.21's files for things that are not used. */
  static final Map<String, Object> UNUSED = unused();

  /** Keys that {@link PeftLoraReader} reads, or that change nothing of what a LoRA computes. */
  private static final Set<String> KNOWN =
      Set.of(
          "alpha_pattern",
          "auto_mapping",
          "base_model_name_or_path",
          "bias",
          "ensure_weight_tying",
          "eva_config",
          "exclude_modules",
          "fan_in_fan_out",
          "inference_mode",
          "init_lora_weights",
          "layers_pattern",
          "layers_to_transform",
          "lora_alpha",
          "lora_dropout",
          "megatron_core",
          "modules_to_save",
          "peft_type",
          "peft_version",
          "qalora_group_size",
          "r",
          "rank_pattern",
          "revision",
          "target_modules",
          "task_type",
          "use_dora",
          "use_rslora");

  /** Beginnings that leave the host's weights as they are. */
  private static final Set<Object> BEGINNINGS =
      Set.of(true, false, "gaussian", "eva", "orthogonal");

  /** How a base gets the table of tokens that an adapter brings along. */
  static final String WITH_ITS_TABLES =
      "in PEFT, load the adapter on the base that it was made for, save unload() of that by save_pretrained, and take this as the model";

  /** The way around an adapter that is more than can be read here. */
  static final String MERGE_IT =
      "if PEFT loads it without a warning, merge it there (merge_and_unload), and take the merged model";

  private PeftLoraKeys() {}

  private static Map<String, Object> unused() {
    Map<String, Object> unused = new HashMap<>();
    for (String key :
        List.of(
            "alora_invocation_tokens",
            "arrow_config",
            "auto_mapping",
            "base_model_name_or_path",
            "corda_config",
            "eva_config",
            "exclude_modules",
            "kasa_config",
            "layer_replication",
            "layers_pattern",
            "layers_to_transform",
            "lora_ga_config",
            "megatron_config",
            "monteclora_config",
            "revision",
            "target_parameters",
            "trainable_token_indices",
            "use_bdlora",
            "velora_config")) {
      unused.put(key, null);
    }
    unused.put("ensure_weight_tying", false);
    unused.put("loftq_config", Map.of());
    unused.put("lora_bias", false);
    unused.put("megatron_core", "megatron.core");
    unused.put("qalora_group_size", 16);
    unused.put("use_qalora", false);
    return unused;
  }

  /** Refuses an adapter that is more than a LoRA on the host's own weights. */
  static void check(Map<String, Object> configuration) {
    for (String key : new TreeSet<>(configuration.keySet())) {
      Object value = configuration.get(key);
      if (!KNOWN.contains(key) && isSet(value)) {
        throw GraftException.input(
                "The adapter has %s=%s in its configuration, which lora can't compute.", key, value)
            .expected("no %s, as in a plain LoRA", key)
            .remedy(MERGE_IT);
      }
    }
    Object beginning = configuration.getOrDefault("init_lora_weights", true);
    if (isSet(beginning) && !BEGINNINGS.contains(beginning)) {
      throw GraftException.input(
              "The adapter began with init_lora_weights=%s, which changes the host's weights, too.",
              beginning)
          .expected("a beginning that leaves them as they are, such as gaussian")
          .remedy(
              "in PEFT, save it with path_initial_model_for_weight_conversion, which makes a plain LoRA of it");
    }
  }

  private static boolean isSet(Object value) {
    return value != null
        && !Boolean.FALSE.equals(value)
        && !"".equals(value)
        && !(value instanceof Collection<?> list && list.isEmpty())
        && !(value instanceof Map<?, ?> map && map.isEmpty());
  }

  /** The modules of a head for sequences, as PEFT lists them whatever the host. */
  static List<String> heads(Host host) {
    return host.architecture().equals("distilbert")
        ? List.of("pre_classifier", "classifier", "score")
        : List.of("classifier", "score");
  }

  /** The modules that heads for sequences are made of. */
  static List<String> partsOfHeads(Host host) {
    return switch (host.architecture()) {
      case "roberta", "electra" -> List.of("classifier", "classifier.dense", "classifier.out_proj");
      case "distilbert" -> List.of("pre_classifier", "classifier");
      case "bert", "deberta-v2" -> List.of("classifier");
      default -> List.of("score");
    };
  }

  /** What stands between the slashes of a target. */
  static Optional<String> expression(String target) {
    return target.length() > 2 && target.startsWith("/") && target.endsWith("/")
        ? Optional.of(target.substring(1, target.length() - 1))
        : Optional.empty();
  }
}
