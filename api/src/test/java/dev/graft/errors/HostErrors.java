package dev.graft.errors;

import static dev.graft.testing.OnHost.NONE;
import static dev.graft.testing.OnHost.on;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.graft.api.settings.Targets;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.conformance.TinyHosts;
import dev.graft.files.JsonFile;
import dev.graft.host.HostShape;
import dev.graft.host.HostShapes;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.model.Answer;
import dev.graft.model.Model;
import dev.graft.model.Plan;
import dev.graft.model.Pretraining;
import dev.graft.program.Precision;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.OnHost;
import dev.graft.testing.PretrainedModel;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHead.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hosts: their configurations, their weights, their heads, and what they are asked. */
final class HostErrors {
  private final ErrorTexts errors;
  private final Path folder;

  private HostErrors(ErrorTexts errors, Path folder) {
    this.errors = errors;
    this.folder = folder;
  }

  static void addTo(ErrorTexts errors, Path folder) {
    HostErrors hosts = new HostErrors(errors, folder.resolve("host"));
    hosts.addConfigurations();
    hosts.addWeights();
    hosts.addHeads();
    hosts.addQuestions();
  }

  private void addConfigurations() {
    errors.add(
        "A model of an unknown architecture", () -> configured("bert", "model_type", "'mamba'"));
    errors.add(
        "Attention heads that do not divide the width",
        () -> configured("bert", "num_attention_heads", "3"));
    errors.add(
        "A model with a feature that no host has",
        () -> configured("gpt2", "scale_attn_by_inverse_layer_idx", "true"));
    errors.add("A key of another architecture", () -> configured("llama", "logits_scaling", "8.0"));
    errors.add(
        "A model with code of its own",
        () -> configured("bert", "auto_map", "{'AutoModel': 'modeling_own.OwnModel'}"));
    errors.add(
        "Embeddings narrower than the model", () -> configured("electra", "embedding_size", "8"));
    errors.add(
        "Rotary positions of an unknown type",
        () -> configured("llama", "rope_scaling", "{'rope_type': 'mrope', 'factor': 4}"));
    errors.add(
        "Factors of rotary positions that are too few",
        () ->
            configured("llama", "rope_scaling", "{'rope_type': 'longrope', 'short_factor': [1]}"));
    errors.add(
        "A padding token beyond the vocabulary", () -> configured("llama", "pad_token_id", "60"));
    errors.add("More blocks than a model has", () -> configured("gpt2", "n_layer", "1000000"));
    errors.add("A dropout of all", () -> configured("bert", "hidden_dropout_prob", "1.0"));
    errors.add(
        "Blocks of which not all have a kind of attention",
        () -> configured("qwen2", "layer_types", "['full_attention']"));
    errors.add(
        "Attention heads that can't share their keys",
        () -> configured("llama", "num_key_value_heads", "3"));
    errors.add(
        "Rotary positions of a head of an odd width", () -> configured("llama", "head_dim", "3"));
    errors.add(
        "Distances that no buckets can share",
        () -> configured("deberta-v2", "max_relative_positions", "1"));
    errors.add("A shape that is not known", () -> HostShapes.named("gpt2-medum"));
  }

  /** Reads a configuration with another value under a key. */
  private void configured(String host, String key, String json) throws Exception {
    JsonElement value = JsonParser.parseString(json);
    var config = TinyHosts.config(host).json().deepCopy();
    config.add(key, value);
    Path file = Files.createDirectories(folder).resolve("config.json");
    Files.writeString(file, config.toString());
    HostShape.of(JsonFile.read(file));
  }

  private void addWeights() {
    errors.add(
        "A checkpoint that lacks a weight",
        () -> {
          Map<String, TensorData> weights = TinyModel.weights(true);
          weights.remove("encoder.layer.1.output.dense.bias");
          weights.put("x", TensorData.of("encoder.layer.1.other.bias", new float[16], 16));
          check(weights);
        });
    errors.add(
        "A checkpoint of another architecture",
        () -> {
          Map<String, TensorData> weights = TinyModel.weights(true);
          weights.keySet().removeIf(name -> name.startsWith("encoder."));
          check(weights);
        });
    errors.add(
        "A checkpoint with more layers than config.json says",
        () -> {
          Map<String, TensorData> weights = TinyModel.weights(true);
          weights.put("x", TensorData.of("encoder.layer.2.output.dense.bias", new float[3], 3));
          check(weights);
        });
    errors.add(
        "A weight of another shape",
        () -> {
          Map<String, TensorData> weights = TinyModel.weights(true);
          weights.put("pooler.dense.bias", TensorData.of("pooler.dense.bias", new float[8], 8));
          check(weights);
        });
    errors.add("A host in 64 bits", () -> Model.Options.DEFAULT.withPrecision(Precision.FLOAT64));
  }

  private void check(Map<String, TensorData> weights) {
    Model.check(ModelDirectory.open(TinyModel.write(folder.resolve("tiny"), weights)));
  }

  private void addHeads() {
    errors.add("A single label", () -> TaskHead.forHost(host("bert"), List.of("yes")));
    errors.add(
        "Two labels of one name",
        () -> TaskHead.forHost(host("bert"), List.of("good", "bad", "good")));
    errors.add(
        "Any number of no labels",
        () -> TaskHead.forHost(host("bert"), List.of(), Problem.MULTI_LABEL_CLASSIFICATION));
    errors.add("A head for a problem that is not known", this::unknownProblem);
    errors.add(
        "An answer that is not a number",
        () -> Answer.of(new float[] {Float.NaN, 1}, TaskHead.forHost(host("bert"), OnHost.LABELS)));
    errors.add("A language model of an encoder", () -> TaskHead.languageModel(host("bert")));
    errors.add(
        "A pretraining of an encoder without its head",
        () -> Pretraining.check(TinyHosts.named("bert")));
    errors.add(
        "A pretraining of a decoder without its head",
        () -> {
          Map<String, TensorData> weights = pretrained("llama");
          weights.remove("lm_head.weight");
          Pretraining.check(PretrainedModel.of(PretrainedModel.config("llama"), weights));
        });
    errors.add(
        "A pretraining by a head of another shape",
        () -> {
          Map<String, TensorData> weights = pretrained("roberta");
          weights.put("x", TensorData.of("lm_head.dense.bias", new float[8], 8));
          weights.remove("lm_head.dense.bias");
          Pretraining.check(PretrainedModel.of(PretrainedModel.config("roberta"), weights));
        });
    errors.add(
        "A target that matches nothing", () -> host("bert").projections(Targets.of("qeury")));
  }

  private static Map<String, TensorData> pretrained(String name) {
    return PretrainedModel.weights(PretrainedModel.config(name));
  }

  private void unknownProblem() throws Exception {
    Path model = TinyModel.write(folder.resolve("problem"), true);
    Path config = model.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replaceFirst("\\{", "{\"problem_type\": \"ranking\", "));
    try (TestDevice cpu = new TestDevice()) {
      cpu.load(ModelDirectory.open(model)).head(TaskHeadLayout.POOLED);
    }
  }

  private static HostShape host(String name) {
    return HostShape.of(TinyHosts.config(name));
  }

  private void addQuestions() {
    errors.add("A batch without rows in a plan", () -> plan(0, 128));
    errors.add("Sequences in a plan that are too long", () -> plan(8, 129));
    errors.add(
        "A token of another vocabulary",
        on(
            "bert",
            NONE,
            host -> {
              Tokens tokens = new Tokens(new long[] {5, 60}, new long[2]);
              host.logits(TokenBatch.of(List.of(tokens), 0));
            }));
    errors.add(
        "A padding token that is negative",
        on(
            "bert",
            NONE,
            host -> {
              Tokens one = new Tokens(new long[] {5}, new long[1]);
              Tokens two = new Tokens(new long[] {5, 6}, new long[2]);
              host.logits(TokenBatch.of(List.of(one, two), -1));
            }));
    var shifting = new TestMethod("shifting", Set.of(), (host, graft) -> graft.shiftPositions(8));
    errors.add(
        "A text too long for what a method puts in front",
        on("roberta", TinyHost.only(shifting), host -> host.logits(TinyModel.batch(120))));
  }

  private static void plan(int rows, int length) {
    HostShape host = host("bert");
    Stack stack = Stack.of(host, NONE, TaskHead.forHost(host, OnHost.LABELS));
    new Plan(stack, Precision.FLOAT32, rows, length);
  }
}
