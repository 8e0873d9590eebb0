package dev.graft.harness.model;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.graft.checkpoint.TensorData;
import dev.graft.program.Shape;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sizes of a BERT encoder without a pooler, and what follows from them: which weights it has.
 *
 * @param types the number of token types
 */
record BertSizes(
    long layers, long hidden, long intermediate, long vocabulary, long positions, long types) {
  /**
   * The sizes that a set of weights suggests; where one is missing, a size is zero.
   *
   * @param tensors the weights by Hugging Face name
   */
  static BertSizes of(Map<String, TensorData> tensors) {
    return new BertSizes(
        tensors.keySet().stream().filter(name -> name.endsWith("query.weight")).count(),
        size(tensors, "embeddings.word_embeddings.weight", 1),
        size(tensors, "encoder.layer.0.intermediate.dense.weight", 0),
        size(tensors, "embeddings.word_embeddings.weight", 0),
        size(tensors, "embeddings.position_embeddings.weight", 0),
        size(tensors, "embeddings.token_type_embeddings.weight", 0));
  }

  private static long size(Map<String, TensorData> tensors, String name, int dimension) {
    TensorData tensor = tensors.get(name);
    return tensor == null || dimension >= tensor.info().shape().rank()
        ? 0
        : tensor.info().shape().dim(dimension).fixed();
  }

  /** The shapes of all weights, by Hugging Face name. */
  SortedMap<String, Shape> shapes() {
    SortedMap<String, Shape> shapes = new TreeMap<>();
    shapes.put("embeddings.word_embeddings.weight", Shape.of(vocabulary, hidden));
    shapes.put("embeddings.position_embeddings.weight", Shape.of(positions, hidden));
    shapes.put("embeddings.token_type_embeddings.weight", Shape.of(types, hidden));
    norm(shapes, "embeddings.LayerNorm");
    for (long i = 0; i < layers; i++) {
      String layer = "encoder.layer." + i + ".";
      linear(shapes, layer + "attention.self.query", hidden, hidden);
      linear(shapes, layer + "attention.self.key", hidden, hidden);
      linear(shapes, layer + "attention.self.value", hidden, hidden);
      linear(shapes, layer + "attention.output.dense", hidden, hidden);
      norm(shapes, layer + "attention.output.LayerNorm");
      linear(shapes, layer + "intermediate.dense", hidden, intermediate);
      linear(shapes, layer + "output.dense", intermediate, hidden);
      norm(shapes, layer + "output.LayerNorm");
    }
    return shapes;
  }

  private static void linear(Map<String, Shape> shapes, String name, long in, long out) {
    shapes.put(name + ".weight", Shape.of(out, in));
    shapes.put(name + ".bias", Shape.of(out));
  }

  private void norm(Map<String, Shape> shapes, String name) {
    shapes.put(name + ".weight", Shape.of(hidden));
    shapes.put(name + ".bias", Shape.of(hidden));
  }

  /**
   * The {@code config.json} of such a model. What weights don't tell, from the number of heads on,
   * is as published for all-MiniLM-L6-v2.
   */
  String config() {
    JsonArray architectures = new JsonArray();
    architectures.add("BertModel");
    JsonObject config = new JsonObject();
    config.add("architectures", architectures);
    config.addProperty("model_type", "bert");
    config.addProperty("num_hidden_layers", layers);
    config.addProperty("hidden_size", hidden);
    config.addProperty("intermediate_size", intermediate);
    config.addProperty("vocab_size", vocabulary);
    config.addProperty("max_position_embeddings", positions);
    config.addProperty("type_vocab_size", types);
    config.addProperty("num_attention_heads", 12);
    config.addProperty("hidden_act", "gelu");
    config.addProperty("layer_norm_eps", 1e-12);
    config.addProperty("hidden_dropout_prob", 0.1);
    config.addProperty("attention_probs_dropout_prob", 0.1);
    config.addProperty("initializer_range", 0.02);
    config.addProperty("pad_token_id", 0);
    config.addProperty("position_embedding_type", "absolute");
    return new GsonBuilder().setPrettyPrinting().create().toJson(config) + "\n";
  }
}
