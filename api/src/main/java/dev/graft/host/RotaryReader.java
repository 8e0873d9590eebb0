package dev.graft.host;

import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import dev.graft.host.HostConfig.Rotary;
import java.util.ArrayList;
import java.util.List;

/** The frequencies of rotary positions, from what {@code config.json} says of them. */
final class RotaryReader {
  private RotaryReader() {}

  /**
   * Reads {@code rope_parameters}, or {@code rope_theta} and {@code rope_scaling} of older files.
   */
  static Rotary read(JsonFile json, int headWidth) {
    String key = json.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    JsonFile rope = json.at(key);
    double base = rope.doubleOr("rope_theta", json.doubleOr("rope_theta", 10000));
    String type = rope.stringOr("rope_type", rope.stringOr("type", "default"));
    List<Double> frequencies = new ArrayList<>();
    for (int i = 0; i < headWidth; i += 2) {
      // In 32 bits, as the reference code has it.
      float power = (float) Math.pow((float) base, (float) i / headWidth);
      float frequency = 1 / power;
      frequencies.add(
          switch (type) {
            case "default" -> (double) frequency;
            case "linear" -> frequency / rope.requireDouble("factor");
            case "llama3" -> llama3(rope, frequency);
            default ->
                throw GraftException.input(
                        "Rotary positions of the type '%s' are not supported.", type)
                    .in("%s, '%s'".formatted(json.file(), key))
                    .expected("default, linear or llama3");
          });
    }
    return new Rotary(List.copyOf(frequencies));
  }

  /** Long wavelengths are stretched by the factor, short ones kept, those between blended. */
  private static double llama3(JsonFile rope, double frequency) {
    double factor = rope.requireDouble("factor");
    double low = rope.requireDouble("low_freq_factor");
    double high = rope.requireDouble("high_freq_factor");
    double turns =
        rope.requireDouble("original_max_position_embeddings") * frequency / (2 * Math.PI);
    if (turns < low) {
      return frequency / factor;
    }
    if (turns > high) {
      return frequency;
    }
    double blend = (turns - low) / (high - low);
    return (1 - blend) * frequency / factor + blend * frequency;
  }
}
