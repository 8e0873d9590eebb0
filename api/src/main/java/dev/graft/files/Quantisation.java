package dev.graft.files;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Refuses checkpoints whose weights are codes of a few bits, which no host here computes with. */
public final class Quantisation {
  /** Of transformers, of compressed-tensors in its first versions, and of MLX. */
  private static final List<String> KEYS =
      List.of("quantization_config", "compression_config", "quantization");

  /** Beside a {@code config.json} that says nothing: of AutoGPTQ, AutoAWQ and ModelOpt. */
  private static final List<String> FILES =
      List.of("quantize_config.json", "quant_config.json", "hf_quant_config.json");

  private Quantisation() {}

  /**
   * Refuses a model that its configuration, or a file beside it, says is quantised.
   *
   * @param folder the model's folder
   * @param config its {@code config.json}
   * @throws GraftException if it is
   */
  public static void refuse(Path folder, JsonFile config) {
    for (String key : KEYS) {
      if (config.has(key)) {
        throw refusal(folder, config, config.at(key), ", '" + key + "'");
      }
    }
    for (String name : FILES) {
      if (Files.isRegularFile(folder.resolve(name))) {
        throw refusal(folder, config, JsonFile.read(folder.resolve(name)), "");
      }
    }
  }

  private static GraftException refusal(Path folder, JsonFile config, JsonFile how, String key) {
    String plain =
        how.json().entrySet().stream()
            .filter(entry -> entry.getValue().isJsonPrimitive())
            .map(entry -> entry.getKey() + " " + entry.getValue().getAsString())
            .collect(joining(", "));
    String origin = config.stringOr("_name_or_path", "");
    return GraftException.input("The model in %s is quantised.", folder)
        .in(how.file() + key)
        .expected("weights that are numbers of 16 bits or more")
        .found(plain.isEmpty() ? how.json() : plain)
        .remedy(
            "take the model that it was made from%s",
            origin.isEmpty() ? "; its page names it" : " ('_name_or_path' is '" + origin + "')")
        .remedy("adapters that were trained on the quantised one go on that one, too");
  }
}
