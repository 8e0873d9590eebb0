package dev.graft.lora;

import dev.graft.api.settings.PathPatterns;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;
import java.util.List;

/** Names and meanings are those of PEFT's {@code LoraConfig}, hyphens apart. */
final class LoraSettings {
  /** Which biases of the host are trained. */
  enum Bias {
    NONE,
    ALL,
    LORA_ONLY
  }

  /** What becomes of a head that is the token table when either is trained. */
  enum WeightTying {
    /** They stay one weight if it is trained whole; an update is of the targeted one alone. */
    SAVED,
    /** They go apart, each trained if it is named: PEFT, unless ensure_weight_tying. */
    NONE,
    /** They stay one weight, trained whole or updated: PEFT's ensure_weight_tying. */
    ALL
  }

  static final Setting<Integer> RANK = rank("rank", "the rank r of the update B A");
  static final Setting<Double> ALPHA = alpha("alpha", "the update is multiplied by alpha / rank");
  static final Setting<Double> DROPOUT =
      Setting.real("dropout", 0, 0, 0.99, "the share of the update's inputs dropped in training");
  static final Setting<Targets> TARGETS =
      Setting.targets(
          "targets",
          Targets.of("query", "value"),
          "the projections to update; the token table too, where it is named (embeddings.word)");
  static final Setting<List<String>> EXCLUDE =
      Setting.names("exclude", "projections that are left out of the targets");
  static final Setting<List<Integer>> LAYERS =
      Setting.integer("layers", 0, 0, 9999, "the blocks to update; all of them if none is given")
          .listed();
  static final Setting<PathPatterns<Integer>> RANK_PATTERN =
      rank("rank-pattern", "ranks of some of the targets").byPath();
  static final Setting<PathPatterns<Double>> ALPHA_PATTERN =
      alpha("alpha-pattern", "alphas of some of the targets").byPath();
  static final Setting<Boolean> RANK_STABILIZED =
      Setting.flag("rank-stabilized", false, "multiplies by alpha / sqrt(rank) instead (rsLoRA)");
  static final Setting<LoraInitialization> INITIALIZER =
      Setting.choice(
          "initializer",
          LoraInitialization.KAIMING,
          "how A begins, or both A and B from the weight (PiSSA)");
  static final Setting<Boolean> DORA =
      Setting.flag("dora", false, "trains the lengths of the weight's rows beside it (DoRA)");
  static final Setting<Bias> BIAS =
      Setting.choice("bias", Bias.NONE, "the biases of the host that are trained too");
  static final Setting<List<String>> MODULES_TO_SAVE =
      Setting.names("modules-to-save", "modules of the host that are trained whole");
  static final Setting<WeightTying> WEIGHT_TYING =
      Setting.choice(
          "weight-tying",
          WeightTying.SAVED,
          "when a head that is the token table stays so: saved whole, in all (updated too), in none");
  static final Setting<Double> RATE_RATIO =
      Setting.real("rate-ratio", 1, 0.001, 1e6, "B's learning rate is this many times A's (LoRA+)");
  static final SettingsSpec SPEC =
      SettingsSpec.of(
          RANK,
          ALPHA,
          DROPOUT,
          TARGETS,
          EXCLUDE,
          LAYERS,
          RANK_PATTERN,
          ALPHA_PATTERN,
          RANK_STABILIZED,
          INITIALIZER,
          DORA,
          BIAS,
          MODULES_TO_SAVE,
          WEIGHT_TYING,
          RATE_RATIO);

  private LoraSettings() {}

  private static Setting<Integer> rank(String name, String help) {
    return Setting.integer(name, 8, 1, 16384, help);
  }

  private static Setting<Double> alpha(String name, String help) {
    return Setting.real(name, 8, 0.001, 1e6, help);
  }

  /** Whether the rank or alpha of an update is its own. */
  static boolean hasPattern(Settings settings, String path) {
    return settings.get(RANK_PATTERN).get(path).isPresent()
        || settings.get(ALPHA_PATTERN).get(path).isPresent();
  }

  static int rank(Settings settings, String path) {
    return settings.get(RANK_PATTERN).get(path).orElse(settings.get(RANK));
  }

  /** What the update of a projection is multiplied by. */
  static double scale(Settings settings, String path) {
    return scale(settings, alpha(settings, path), rank(settings, path));
  }

  static double alpha(Settings settings, String path) {
    return settings.get(ALPHA_PATTERN).get(path).orElse(settings.get(ALPHA));
  }

  /** The same where no pattern says otherwise. */
  static double scale(Settings settings) {
    return scale(settings, settings.get(ALPHA), settings.get(RANK));
  }

  /** The root is rsLoRA's: Kalajdzievski 2023, arXiv 2312.03732. */
  private static double scale(Settings settings, double alpha, int rank) {
    return alpha / (settings.get(RANK_STABILIZED) ? Math.sqrt(rank) : rank);
  }
}
