package dev.graft.saved;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.graft.GraftException;
import dev.graft.checkpoint.DType;
import dev.graft.host.HostShape;
import dev.graft.host.TaskHeadLayout;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.transformer.TaskHead;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The {@code config.json} of a host with a task head, for the class of transformers that fits. */
final class HuggingFaceConfig {
  private HuggingFaceConfig() {}

  /**
   * The base's configuration with what the head decides.
   *
   * @param untied whether the language-model head is no longer the token table
   * @param type of all weights, if it is not the base's
   */
  static String of(Attachment attachment, boolean untied, Optional<DType> type) {
    Model model = attachment.model();
    TaskHead head = attachment.stack().head();
    JsonObject config = model.directory().config().json().deepCopy();
    JsonArray architectures = new JsonArray();
    architectures.add(className(model.host(), head));
    config.add("architectures", architectures);
    if (!head.isLanguageModel()) {
      labels(config, head);
    }
    if (untied) {
      config.addProperty("tie_word_embeddings", false);
    }
    type.ifPresent(
        all -> config.addProperty(config.has("torch_dtype") ? "torch_dtype" : "dtype", name(all)));
    return new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create()
            .toJson(config)
        + "\n";
  }

  private static void labels(JsonObject config, TaskHead head) {
    List<String> names = names(head);
    JsonObject labels = new JsonObject();
    JsonObject numbers = new JsonObject();
    IntStream.range(0, names.size())
        .forEach(
            i -> {
              labels.addProperty(Integer.toString(i), names.get(i));
              numbers.addProperty(names.get(i), i);
            });
    config.add("id2label", labels);
    config.add("label2id", numbers);
    config.addProperty("num_labels", names.size());
    config.addProperty("problem_type", head.problem().key());
  }

  /** What transformers calls the outputs: it has a name for the only number, too. */
  static List<String> names(TaskHead head) {
    return head.labels().isEmpty() ? List.of("LABEL_0") : head.labels();
  }

  private static String name(DType type) {
    return switch (type) {
      case F32 -> "float32";
      case BF16 -> "bfloat16";
      case F16 -> "float16";
      case F64 -> "float64";
      default -> throw new IllegalArgumentException("no type of weights: " + type);
    };
  }

  /**
   * The class of transformers for a host with a head.
   *
   * @throws GraftException if there is none
   */
  static String className(HostShape host, TaskHead head) {
    if (head.isLanguageModel()) {
      return host.languageModelClass();
    }
    if (head.layout() != host.referenceHead()
        && !host.headWithPooler().equals(Optional.of(head.layout()))) {
      throw GraftException.input(
              "transformers has no class for a %s host with the head %s.",
              host.architecture(), head.layout())
          .expected(
              "the head %s%s",
              host.referenceHead(),
              host.isLanguageModel() ? " or " + TaskHeadLayout.LANGUAGE_MODEL : "")
          .remedy(
              "TorchScript takes any head: exportTorchScript, or graft export --format=torchscript");
    }
    return host.family() + "ForSequenceClassification";
  }
}
