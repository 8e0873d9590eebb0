package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.GraftSum.Term;
import dev.graft.api.Host;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.PathPatterns;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import dev.graft.lora.LoraSettings.WeightTying;
import dev.graft.program.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Low-rank updates added up: {@code sum w_i s_i B_i A_i} is {@code [w_1 s_1 B_1, w_2 s_2 B_2, ...]
 * [A_1; A_2; ...]}, an update whose rank is the sum of theirs and whose scale is one. PEFT calls it
 * {@code cat}.
 */
final class LoraSum {
  /** The updates of each projection, in the order of the terms. */
  private final Map<String, List<Scaled>> updates = new LinkedHashMap<>();

  /** {@code factor B A}; A of shape (rank, in), B of shape (out, rank). */
  private record Scaled(double factor, StoredTensor a, StoredTensor b) {
    int rank() {
      return a.size(0);
    }
  }

  /** How each term chooses its projections. */
  private final Set<Choice> choices = new LinkedHashSet<>();

  private record Choice(Targets targets, List<String> exclude, List<Integer> layers) {
    static Choice of(Settings settings) {
      return new Choice(
          settings.get(LoraSettings.TARGETS),
          settings.get(LoraSettings.EXCLUDE),
          settings.get(LoraSettings.LAYERS));
    }

    Settings in(Settings settings) {
      return settings
          .with(LoraSettings.TARGETS, targets)
          .with(LoraSettings.EXCLUDE, exclude)
          .with(LoraSettings.LAYERS, layers);
    }
  }

  private LoraSum() {}

  static StoredGraft of(List<Term> terms, Host host) {
    LoraSum sum = new LoraSum();
    terms.forEach(term -> sum.add(term, host));
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    sum.updates.forEach(
        (path, all) -> {
          tensors.put(LoraFactors.name(path, "A"), stacked(all));
          tensors.put(LoraFactors.name(path, "B"), sideBySide(all));
        });
    return new StoredGraft(sum.settings(), tensors);
  }

  private void add(Term term, Host host) {
    Settings settings = term.graft().settings();
    refuse(term, settings);
    choices.add(Choice.of(settings));
    Map<String, StoredTensor> tensors = term.graft().tensors();
    for (String path : LoraSites.of(host, settings).paths()) {
      double factor = term.weight() * LoraSettings.scale(settings, path);
      List<Scaled> all = updates.computeIfAbsent(path, p -> new ArrayList<>());
      StoredTensor a = tensors.get(LoraFactors.name(path, "A"));
      all.add(new Scaled(factor, a, tensors.get(LoraFactors.name(path, "B"))));
      StoredTensor initial = tensors.get(path + ".lora_A.initial");
      if (initial != null) {
        // What PiSSA takes off the host's weight.
        all.add(new Scaled(-factor, initial, tensors.get(path + ".lora_B.initial")));
      }
    }
  }

  private static void refuse(Term term, Settings settings) {
    Setting<?> cause = null;
    if (settings.get(LoraSettings.DORA)) {
      cause = LoraSettings.DORA;
    } else if (settings.get(LoraSettings.BIAS) != LoraSettings.Bias.NONE) {
      cause = LoraSettings.BIAS;
    } else if (!settings.get(LoraSettings.MODULES_TO_SAVE).isEmpty()) {
      cause = LoraSettings.MODULES_TO_SAVE;
    } else if (settings.get(LoraSettings.WEIGHT_TYING) == WeightTying.ALL) {
      cause = LoraSettings.WEIGHT_TYING;
    }
    if (cause != null) {
      throw GraftException.input(
              "The task '%s' can't be combined with others: its change is not a product B A alone.",
              term.name())
          .expected("low-rank updates")
          .found("%s=%s", cause.name(), Setting.written(settings.get(cause)));
    }
  }

  /** {@code [A_1; A_2; ...]}. */
  private static StoredTensor stacked(List<Scaled> all) {
    int in = Math.toIntExact(all.get(0).a().size(1));
    int rank = rank(all);
    float[] numbers = new float[rank * in];
    int next = 0;
    for (Scaled each : all) {
      System.arraycopy(each.a().elements(), 0, numbers, next, each.rank() * in);
      next += each.rank() * in;
    }
    return new StoredTensor(Shape.of(rank, in), numbers);
  }

  /** {@code [f_1 B_1, f_2 B_2, ...]}. */
  private static StoredTensor sideBySide(List<Scaled> all) {
    int out = all.get(0).b().size(0);
    int rank = rank(all);
    float[] numbers = new float[out * rank];
    int from = 0;
    for (Scaled each : all) {
      for (int row = 0; row < out; row++) {
        for (int i = 0; i < each.rank(); i++) {
          float b = each.b().elements()[row * each.rank() + i];
          numbers[row * rank + from + i] = (float) (each.factor() * b);
        }
      }
      from += each.rank();
    }
    return new StoredTensor(Shape.of(out, rank), numbers);
  }

  private static int rank(List<Scaled> all) {
    return all.stream().mapToInt(Scaled::rank).sum();
  }

  /** With alpha = rank; every projection by its path, unless all terms choose alike. */
  private Settings settings() {
    int common = rank(updates.values().iterator().next());
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> alphas = new LinkedHashMap<>();
    updates.forEach(
        (path, all) -> {
          if (rank(all) != common) {
            ranks.put(path, rank(all));
            alphas.put(path, (double) rank(all));
          }
        });
    Settings defaults = LoraSettings.SPEC.defaults();
    Settings chosen =
        choices.size() == 1
            ? choices.iterator().next().in(defaults)
            : defaults.with(LoraSettings.TARGETS, new Targets(List.copyOf(updates.keySet())));
    return chosen
        .with(LoraSettings.RANK, common)
        .with(LoraSettings.ALPHA, (double) common)
        .with(LoraSettings.RANK_PATTERN, new PathPatterns<>(ranks))
        .with(LoraSettings.ALPHA_PATTERN, new PathPatterns<>(alphas));
  }
}
