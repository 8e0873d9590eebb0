package dev.graft.testing;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorsInMemory;
import dev.graft.files.JsonFile;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tiny random BERT models, written to folders or in memory, and batches for them. */
public final class TinyModel {
  public static final int VOCABULARY = 60;
  private static final int FIRST_WORD = 4;
  private static final int WIDTH = 16;
  private static final int INNER = 32;
  private static final int LAYERS = 2;

  private TinyModel() {}

  /** Writes a directory with random weights, every one of them away from zero and one. */
  public static Path write(Path folder, boolean pooler) {
    return write(folder, weights(pooler));
  }

  /** Writes a directory with the given weights. */
  public static Path write(Path folder, Map<String, TensorData> weights) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), config("bert"));
      SafetensorsWriter.write(
          folder.resolve("model.safetensors"), List.copyOf(weights.values()), Map.of());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String config(String architecture) {
    return """
        {"model_type": "%s", "vocab_size": %s, "hidden_size": %s, "num_hidden_layers": %s,
         "num_attention_heads": 2, "intermediate_size": %s, "max_position_embeddings": 32,
         "type_vocab_size": 2, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
         "pad_token_id": 0}
        """
        .formatted(architecture, VOCABULARY, WIDTH, LAYERS, INNER);
  }

  /** What {@link #write} would write, in memory, of BERT or an architecture with BERT's weights. */
  public static ModelDirectory of(String architecture) {
    return of(architecture, weights(true));
  }

  /** The same with the given weights. */
  public static ModelDirectory of(String architecture, Map<String, TensorData> weights) {
    JsonFile config = JsonFile.of(Path.of("config.json"), config(architecture));
    Path file = Path.of("model.safetensors");
    return new ModelDirectory(Path.of("tiny"), config, new TensorsInMemory(file, weights.values()));
  }

  /** The weights by name, to be changed before they are written. */
  public static Map<String, TensorData> weights(boolean pooler) {
    Map<String, TensorData> weights = new LinkedHashMap<>();
    add(weights, "embeddings.word_embeddings.weight", VOCABULARY, WIDTH);
    add(weights, "embeddings.position_embeddings.weight", 32, WIDTH);
    add(weights, "embeddings.token_type_embeddings.weight", 2, WIDTH);
    norm(weights, "embeddings.LayerNorm");
    for (int i = 0; i < LAYERS; i++) {
      String layer = "encoder.layer." + i;
      linear(weights, layer + ".attention.self.query", WIDTH, WIDTH);
      linear(weights, layer + ".attention.self.key", WIDTH, WIDTH);
      linear(weights, layer + ".attention.self.value", WIDTH, WIDTH);
      linear(weights, layer + ".attention.output.dense", WIDTH, WIDTH);
      norm(weights, layer + ".attention.output.LayerNorm");
      linear(weights, layer + ".intermediate.dense", INNER, WIDTH);
      linear(weights, layer + ".output.dense", WIDTH, INNER);
      norm(weights, layer + ".output.LayerNorm");
    }
    if (pooler) {
      linear(weights, "pooler.dense", WIDTH, WIDTH);
    }
    return weights;
  }

  private static void linear(Map<String, TensorData> weights, String name, long out, long in) {
    add(weights, name + ".weight", out, in);
    add(weights, name + ".bias", out);
  }

  private static void norm(Map<String, TensorData> weights, String name) {
    add(weights, name + ".weight", WIDTH);
    add(weights, name + ".bias", WIDTH);
  }

  private static void add(Map<String, TensorData> weights, String name, long... shape) {
    int size = 1;
    for (long dim : shape) {
      size *= (int) dim;
    }
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      double centre = name.endsWith("LayerNorm.weight") ? 1 : 0;
      numbers[i] = (float) (centre + 0.3 * random.nextGaussian());
    }
    weights.put(name, TensorData.of(name, numbers, shape));
  }

  /** A {@code tokenizer.json}: words w4 to w59 by their numbers; [CLS] is 2 and [SEP] is 3. */
  public static String tokenizer() {
    String words =
        IntStream.range(FIRST_WORD, VOCABULARY)
            .mapToObj(id -> "\"w%s\": %s".formatted(id, id))
            .collect(Collectors.joining(", "));
    return """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
         "post_processor": {
           "type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                      {"Sequence": {"id": "A", "type_id": 0}},
                      {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                              "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
         "decoder": null,
         "model": {"type": "WordLevel", "unk_token": "[UNK]",
                   "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, %s}}}
        """
        .formatted(words);
  }

  /** A batch of random tokens in rows of the given lengths. */
  public static TokenBatch batch(int... lengths) {
    SplittableRandom random = new SplittableRandom(7);
    List<Tokens> rows = new ArrayList<>();
    for (int length : lengths) {
      rows.add(new Tokens(random.longs(length, 1, VOCABULARY).toArray(), new long[length]));
    }
    return TokenBatch.of(rows, 0);
  }
}
