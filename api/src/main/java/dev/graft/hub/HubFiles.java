package dev.graft.hub;

import dev.graft.GraftException;
import dev.graft.files.ShardIndex;
import dev.graft.files.TokenizerFiles;
import dev.graft.files.WeightFiles;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The files of a commit that matter. */
record HubFiles(HubCache cache, String commit) {
  static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";

  /** What is loaded besides the weights, where a repository has it. */
  static final List<String> SMALL =
      Stream.concat(Stream.of(CONFIG, "generation_config.json"), TokenizerFiles.NAMES.stream())
          .toList();

  boolean holdConfiguration() {
    return has(CONFIG);
  }

  /** Whether configuration and weights are there. */
  boolean holdModel() {
    Optional<String> weights = WeightFiles.find(this::has);
    return has(CONFIG)
        && weights.isPresent()
        && (!ShardIndex.isNamed(weights.get())
            || shards(weights.get()).stream().allMatch(this::has));
  }

  /** Whether nothing could be missing. */
  boolean areWhole() {
    return has(TOKENIZER) && holdModel();
  }

  /** What an index that is there lists. */
  Set<String> shards(String index) {
    return ShardIndex.read(cache.snapshot(commit).resolve(index)).keySet();
  }

  private boolean has(String file) {
    return cache.has(commit, file);
  }

  /** The file with the weights, or else their index. */
  static String weights(HubModel model, List<String> listed) {
    Optional<String> weights = WeightFiles.find(listed::contains);
    if (weights.isEmpty()) {
      throw incomplete(
          model,
          "weights",
          listed,
          "choose a repository that has its weights as one of these, or in shards of them");
    }
    return weights.get();
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
        .expected("a model's repository, with config.json and " + WeightFiles.EXPECTED)
        .found(listed.isEmpty() ? "nothing" : String.join(", ", listed))
        .remedy(remedy);
  }
}
