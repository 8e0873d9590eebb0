package dev.graft.hub;

import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import dev.graft.files.ShardIndex;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a commit that matter. */
record HubFiles(HubCache cache, String commit) {
  static final String CONFIG = "config.json";
  static final String INDEX = "model.safetensors.index.json";
  private static final String SINGLE = "model.safetensors";
  private static final String TOKENIZER = "tokenizer.json";

  /** What is loaded besides the weights, where a repository has it. */
  static final List<String> SMALL =
      List.of(
          CONFIG,
          "generation_config.json",
          TOKENIZER,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "vocab.json",
          "merges.txt",
          "vocab.txt",
          "tokenizer.model",
          "sentencepiece.bpe.model",
          "spiece.model",
          "spm.model");

  boolean holdConfiguration() {
    return has(CONFIG);
  }

  /** Whether configuration and weights are there. */
  boolean holdModel() {
    return has(CONFIG) && (has(SINGLE) || (has(INDEX) && shards().stream().allMatch(this::has)));
  }

  /** Whether nothing could be missing. */
  boolean areWhole() {
    return has(TOKENIZER) && holdModel();
  }

  Set<String> shards() {
    return ShardIndex.read(cache.snapshot(commit).resolve(INDEX)).keySet();
  }

  private boolean has(String file) {
    return cache.has(commit, file);
  }

  /** The file with the weights, or else their index; absent if a repository has neither. */
  static Optional<String> weights(List<String> listed) {
    return Stream.of(SINGLE, INDEX).filter(listed::contains).findFirst();
  }

  /** Says how to get weights of a repository that has none as safetensors. */
  GraftException noWeights(HubModel model, List<String> listed) {
    JsonFile config = JsonFile.read(cache.snapshot(commit).resolve(CONFIG));
    String remedy =
        listed.stream().anyMatch(Pickles::isPickle)
            ? Pickles.conversion(config, model)
            : "choose a repository that has its weights as safetensors";
    return incomplete(model, SINGLE, listed, remedy);
  }

  static void require(HubModel model, List<String> listed, String file) {
    if (!listed.contains(file)) {
      String remedy =
          !file.equals(CONFIG)
              ? "its index names that file: choose another revision, or tell the model's authors"
              : listed.contains("adapter_config.json")
                  ? "it holds an adapter: give the model that this was made for"
                  : "choose a repository of a model for Hugging Face's transformers";
      throw incomplete(model, file, listed, remedy);
    }
  }

  private static GraftException incomplete(
      HubModel model, String file, List<String> listed, String remedy) {
    return GraftException.input("%s has no %s.", model, file)
        .expected("a model's repository, with config.json and model.safetensors")
        .found(listed.isEmpty() ? "nothing" : String.join(", ", listed))
        .remedy(remedy);
  }
}
