package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.TuningRange;
import java.util.Set;

/**
 * What a method declares of itself. Immutable; the {@code with} methods make changed copies.
 *
 * @param name in commands and files: lower-case words joined by hyphens, such as {@code lora}
 * @param summary one line that says what is trained and whose idea it is; may be empty
 * @param settings declared once for files, commands and documentation
 * @param traits what the method promises beyond the rules that hold for all; the conformance kit
 *     checks it
 * @param learningRate of AdamW, to begin with where the user names none: one that serves a host of
 *     width 384 for 1,000 steps. For other widths and lengths it is multiplied, with the fourth
 *     root of 1,000 / steps and the square root of 384 / width. In a stack each graft is trained at
 *     the rate of its own method.
 * @param learningRates where a study that tunes looks for the learning rate, multiplied likewise
 */
public record MethodSpec(
    String name,
    String summary,
    SettingsSpec settings,
    Set<Trait> traits,
    double learningRate,
    TuningRange learningRates) {
  /** Names that mean something else where methods are named: the host without a graft, and sets. */
  public static final Set<String> RESERVED = Set.of("base", "all", "none");

  /** The learning rate of a method that recommends none. */
  private static final double LEARNING_RATE = 5e-4;

  /** How far below and above its recommendation a method's learning rate is looked for. */
  private static final double BELOW = 32;

  private static final double ABOVE = 4;

  /**
   * A whole declaration whose learning rate is looked for around the recommended one, checked.
   *
   * @param name not one of {@link #RESERVED}
   * @param summary of one line
   * @param settings none at all for a method without settings
   * @param traits copied
   * @param learningRate above 0, below 10
   * @throws GraftException as a clause that says what of this does not hold
   */
  public MethodSpec(
      String name, String summary, SettingsSpec settings, Set<Trait> traits, double learningRate) {
    this(name, summary, settings, traits, learningRate, around(learningRate));
  }

  private static TuningRange around(double rate) {
    return rate > 0 && rate < 10
        ? TuningRange.logarithmic(rate / BELOW, rate * ABOVE)
        : TuningRange.logarithmic(1 / BELOW, ABOVE); // the rate itself is refused
  }

  /**
   * A whole declaration, checked.
   *
   * @param name not one of {@link #RESERVED}
   * @param summary of one line
   * @param settings none at all for a method without settings
   * @param traits copied
   * @param learningRate above 0, below 10
   * @param learningRates on a logarithmic scale, as a rule
   * @throws GraftException as a clause that says what of this does not hold
   */
  public MethodSpec {
    require(
        name != null && Names.isName(name),
        "its name '%s' is not lower-case words and hyphens",
        name);
    require(!RESERVED.contains(name), "its name '%s' is reserved", name);
    require(summary != null, "it gives null for its summary");
    require(!summary.contains("\n"), "its summary has more than one line");
    require(settings != null, "it gives null for its settings");
    require(traits != null, "it gives null for its traits");
    require(learningRate > 0 && learningRate < 10, "its learning rate is %s", learningRate);
    require(learningRates != null, "it gives null for its learning rates");
    traits = Set.copyOf(traits);
  }

  /**
   * {@return a method without settings and traits}
   *
   * @param name lower-case words joined by hyphens
   * @param summary one line for lists of methods; may be empty
   */
  public static MethodSpec of(String name, String summary) {
    return new MethodSpec(name, summary, SettingsSpec.of(), Set.of(), LEARNING_RATE);
  }

  /**
   * {@return a copy with traits}
   *
   * @param promised all of them
   */
  public MethodSpec withTraits(Trait... promised) {
    return new MethodSpec(name, summary, settings, Set.of(promised), learningRate, learningRates);
  }

  /**
   * {@return a copy with settings}
   *
   * @param declared all of them
   */
  public MethodSpec withSettings(SettingsSpec declared) {
    return new MethodSpec(name, summary, declared, traits, learningRate, learningRates);
  }

  /**
   * {@return a copy with a learning rate of its own, which is looked for around it}
   *
   * @param rate above 0, below 10
   */
  public MethodSpec withLearningRate(double rate) {
    return new MethodSpec(name, summary, settings, traits, rate);
  }

  /**
   * {@return a copy whose learning rate is looked for somewhere else}
   *
   * @param range on a logarithmic scale, as a rule
   */
  public MethodSpec withLearningRates(TuningRange range) {
    return new MethodSpec(name, summary, settings, traits, learningRate, range);
  }

  private static void require(boolean holds, String otherwise, Object... arguments) {
    if (!holds) {
      throw GraftException.plugin(otherwise, arguments);
    }
  }
}
