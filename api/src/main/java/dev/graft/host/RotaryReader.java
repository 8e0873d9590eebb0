package dev.graft.host;

import dev.graft.GraftException;
import dev.graft.files.Bounds;
import dev.graft.files.JsonFile;
import dev.graft.host.HostConfig.Rotary;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The frequencies of rotary positions, from what {@code config.json} says of them; as {@code
 * modeling_rope_utils.py} of transformers 5.17 computes them.
 */
final class RotaryReader {
  private final JsonFile json;
  private final JsonFile rope;
  private final String key;
  private final int width;
  private final double base;

  private RotaryReader(JsonFile json, String key, int width) {
    this.json = json;
    this.key = key;
    this.rope = json.at(key);
    this.width = width;
    this.base = base(rope, base(json, 10000));
  }

  /** Reads {@code rope_scaling} of older files, or else {@code rope_parameters}. */
  static Rotary read(JsonFile json, int headWidth) {
    boolean isOld = !json.at("rope_scaling").json().isEmpty();
    RotaryReader reader =
        new RotaryReader(json, isOld ? "rope_scaling" : "rope_parameters", headWidth);
    Rotary rotary = reader.read();
    reader.require(rotary);
    return rotary;
  }

  private static double base(JsonFile json, double fallback) {
    return json.doubleOr("rope_theta", fallback, Bounds.POSITIVE);
  }

  /** Numbers that are possible one by one may be none together. */
  private void require(Rotary rotary) {
    boolean arePossible =
        rotary.frequencies().stream().allMatch(each -> each >= 0 && Double.isFinite(each))
            && rotary.scale() > 0
            && Double.isFinite(rotary.scale());
    if (!arePossible || width % 2 != 0) {
      throw GraftException.input("The rotary positions can't be computed.")
          .in("%s, '%s'".formatted(json.file(), key))
          .expected("frequencies that are numbers from 0 up, for heads of an even width")
          .found("heads of the width %s, and %s", width, rope.json())
          .remedy("take config.json from the model's source again");
    }
  }

  private Rotary read() {
    String type = rope.stringOr("rope_type", rope.stringOr("type", "default"));
    return switch (type) {
      case "default" -> Rotary.of(frequencies(i -> frequency(i)));
      case "linear" ->
          Rotary.of(frequencies(i -> frequency(i) / rope.requireDouble("factor", Bounds.POSITIVE)));
      case "llama3" -> Rotary.of(frequencies(i -> llama3(frequency(i))));
      case "yarn" -> yarn();
      case "dynamic" -> Rotary.of(frequencies(i -> frequency(i))).upTo(longest());
      case "longrope" -> longrope();
      default ->
          throw GraftException.input("Rotary positions of the type '%s' are not supported.", type)
              .in("%s, '%s'".formatted(json.file(), key))
              .expected("default, linear, dynamic, yarn, longrope or llama3");
    };
  }

  private List<Double> frequencies(IntToDoubleFunction of) {
    return IntStream.range(0, width / 2).mapToDouble(of).boxed().toList();
  }

  /** Of the pair of elements at i; in 32 bits, as the reference code has it. */
  private float frequency(int i) {
    return 1 / wavelength(i);
  }

  private float wavelength(int i) {
    return (float) Math.pow((float) base, (float) (2 * i) / width);
  }

  /** Long wavelengths are stretched by the factor, short ones kept, those between blended. */
  private double llama3(double frequency) {
    double factor = rope.requireDouble("factor", Bounds.POSITIVE);
    double low = rope.requireDouble("low_freq_factor", Bounds.POSITIVE);
    double high = rope.requireDouble("high_freq_factor", Bounds.POSITIVE);
    double turns = original() * frequency / (2 * Math.PI);
    if (turns < low) {
      return frequency / factor;
    }
    if (turns > high) {
      return frequency;
    }
    double blend = (turns - low) / (high - low);
    return (1 - blend) * frequency / factor + blend * frequency;
  }

  /** YaRN: arXiv 2309.00071 (Peng and others, 2023), section 3.2. */
  private Rotary yarn() {
    double factor = factor();
    double low = turning("beta_fast", 32);
    double high = turning("beta_slow", 1);
    if (rope.booleanOr("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    double from = Math.max(low, 0);
    double to = Math.min(high, width - 1);
    double length = from == to ? 0.001 : to - from;
    List<Double> blended =
        frequencies(
            i -> {
              double stretched = Math.min(1, Math.max(0, (i - from) / length));
              return frequency(i) * (1 - stretched) + frequency(i) / factor * stretched;
            });
    return Rotary.of(blended).scaled(rope.doubleOr("attention_factor", temperature(factor)));
  }

  /** The pair of elements that turns so often over the original length. */
  private double turning(String name, double fallback) {
    double given = rope.doubleOr(name, 0, Bounds.NOT_NEGATIVE);
    double turns = given == 0 ? fallback : given;
    return width * Math.log(original() / (turns * 2 * Math.PI)) / (2 * Math.log(base));
  }

  private double temperature(double factor) {
    double some = rope.doubleOr("mscale", 0);
    double all = rope.doubleOr("mscale_all_dim", 0);
    return some == 0 || all == 0
        ? temperature(factor, 1)
        : temperature(factor, some) / temperature(factor, all);
  }

  private static double temperature(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /** LongRoPE: arXiv 2402.13753 (Ding and others, 2024), with the factors of short texts. */
  private Rotary longrope() {
    List<Double> factors = new ArrayList<>(rope.requireDoubles("short_factor", width / 2));
    double factor = factor();
    double scale = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original()));
    return Rotary.of(frequencies(i -> 1 / (factors.get(i) * wavelength(i))))
        .scaled(rope.doubleOr("attention_factor", scale))
        .upTo((int) original());
  }

  private double factor() {
    return rope.doubleOr("factor", longest() / original(), Bounds.POSITIVE);
  }

  private int longest() {
    return json.requireInt("max_position_embeddings", Bounds.COUNT);
  }

  /** The length before it was stretched, which stands in one of three places. */
  private double original() {
    String name = "original_max_position_embeddings";
    return json.has(name)
        ? json.requireDouble(name, Bounds.COUNT)
        : rope.has(name) ? rope.requireDouble(name, Bounds.COUNT) : longest();
  }
}
