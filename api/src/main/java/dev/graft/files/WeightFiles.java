package dev.graft.files;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The files in which {@code save_pretrained} of transformers keeps a model's weights. */
public final class WeightFiles {
  /** Of these names the first that is there is taken: safetensors before pickles. */
  private static final List<String> NAMES =
      List.of(
          "model.safetensors",
          "model.safetensors" + ShardIndex.SUFFIX,
          "pytorch_model.bin",
          "pytorch_model.bin" + ShardIndex.SUFFIX);

  /** For messages. */
  public static final String EXPECTED = "model.safetensors or pytorch_model.bin";

  private WeightFiles() {}

  /**
   * {@return the name of the file with the weights, or of the index of the files with them}
   *
   * @param isThere whether there is a file of a name
   */
  public static Optional<String> find(Predicate<String> isThere) {
    return NAMES.stream().filter(isThere).findFirst();
  }
}
