package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.TuningRange;
import dev.graft.harness.training.Peaks;
import dev.graft.harness.training.Rates;
import dev.graft.harness.trial.Arm;
import dev.graft.methods.StackSpec;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Where an arm's settings are looked for: the learning rate of each of its methods and of the head,
 * and what methods declare as worth tuning. What a study names is held.
 */
final class SearchSpace {
  /**
   * Something that is tuned.
   *
   * @param name tells it apart from the others of the arm
   * @param item its place in the stack, or -1 for the head
   * @param setting absent for a learning rate
   */
  private record Dimension(
      String name, int item, Optional<Setting<?>> setting, TuningRange range) {}

  private final Arm arm;
  private final StackSpec stack;
  private final double factor;
  private final List<Dimension> dimensions = new ArrayList<>();

  private SearchSpace(Arm arm, StackSpec stack, double factor) {
    this.arm = arm;
    this.stack = stack;
    this.factor = factor;
  }

  /**
   * The space of an arm.
   *
   * @param checked the arm, whose host and length decide where recommended rates lie
   * @throws GraftException if there is nothing to tune
   */
  static SearchSpace of(CheckedArm checked) {
    Arm arm = checked.arm();
    Stack stack = checked.stack();
    double factor = Peaks.factor(stack.host().width(), checked.steps());
    SearchSpace space = new SearchSpace(arm, stack.spec(), factor);
    Rates rates = arm.recipe().rates();
    for (int i = 0; i < stack.spec().items().size(); i++) {
      StackSpec.Item item = stack.spec().items().get(i);
      String name = i + " " + item.name();
      if (rates.methods().isEmpty() && trains(stack.grafts().get(i))) {
        TuningRange range = item.method().spec().learningRates();
        space.dimensions.add(
            new Dimension(
                name,
                i,
                Optional.empty(),
                new TuningRange(factor * range.low(), factor * range.high(), range.scale())));
      }
      for (Setting<?> setting : item.method().spec().settings().settings()) {
        if (setting.tuning().isPresent()
            && !item.settings().changed().containsKey(setting.name())) {
          space.dimensions.add(
              new Dimension(
                  name + " " + setting.name(), i, Optional.of(setting), setting.tuning().get()));
        }
      }
    }
    if (rates.head().isEmpty() && rates.methods().size() != 1) {
      space.dimensions.add(new Dimension("head", -1, Optional.empty(), Rates.HEADS));
    }
    if (space.dimensions.isEmpty()) {
      throw GraftException.input("Nothing of %s is left to be tuned.", arm.method())
          .expected("a learning rate that is not named, or a setting that is worth tuning")
          .remedy("leave the learning rates out, or leave the tuning out");
    }
    return space;
  }

  private static boolean trains(DeclaredGraft graft) {
    return graft.owned().stream().anyMatch(Owned::isTrained);
  }

  /**
   * The arms of a search, in the order in which they are tried.
   *
   * @throws GraftException if that many points make no grid
   */
  List<Arm> candidates(Tuning tuning) {
    List<Arm> candidates = new ArrayList<>();
    int levels = levels(tuning.trials());
    for (int trial = 0; trial < tuning.trials(); trial++) {
      double[] shares = new double[dimensions.size()];
      int rest = trial;
      for (int d = 0; d < shares.length; d++) {
        shares[d] =
            switch (tuning.search()) {
              case RANDOM -> drawn(tuning.seed(), trial, dimensions.get(d));
              case GRID -> (rest % levels + 0.5) / levels;
            };
        rest /= levels;
      }
      candidates.add(at(shares));
    }
    if (tuning.search() == Tuning.Search.GRID && power(levels) != tuning.trials()) {
      throw GraftException.input("%s trials make no grid for %s.", tuning.trials(), arm.method())
          .expected(
              "%s or %s: a grid over %s settings that are tuned",
              power(levels), power(levels + 1), dimensions.size())
          .remedy("change the number of trials, or search at random");
    }
    return candidates;
  }

  /** The largest number of values a setting for which a grid has no more points than these. */
  private int levels(int points) {
    int levels = 1;
    while (power(levels + 1) <= points) {
      levels++;
    }
    return levels;
  }

  private long power(int levels) {
    return Math.round(Math.pow(levels, dimensions.size()));
  }

  /** The same for the same setting of all arms, so that none has the luckier draws. */
  private static double drawn(long seed, int trial, Dimension dimension) {
    String what =
        dimension.setting().map(Setting::name).orElse(dimension.item() < 0 ? "head" : "rate")
            + Math.max(0, dimension.item());
    return new SplittableRandom(SeedMix.ofTensor(SeedMix.ofStep(seed, trial), what)).nextDouble();
  }

  private Arm at(double[] shares) {
    List<StackSpec.Item> items = new ArrayList<>(stack.items());
    Rates held = arm.recipe().rates();
    List<Double> methods = new ArrayList<>(held.methods());
    if (methods.isEmpty()) {
      items.forEach(item -> methods.add(factor * item.method().spec().learningRate()));
    }
    Optional<Double> head = Optional.of(held.ofHead());
    for (int d = 0; d < shares.length; d++) {
      Dimension dimension = dimensions.get(d);
      double value = rounded(dimension.range(), shares[d]);
      if (dimension.item() < 0) {
        head = Optional.of(value);
      } else if (dimension.setting().isEmpty()) {
        methods.set(dimension.item(), value);
      } else {
        StackSpec.Item item = items.get(dimension.item());
        Setting<?> setting = dimension.setting().get();
        items.set(dimension.item(), item.with(setting.name(), setting.at(value)));
      }
    }
    return arm.withMethod(new StackSpec(items).toString())
        .withRecipe(arm.recipe().withRates(new Rates(methods, head)));
  }

  /** To three digits: nobody needs more, and people read them. */
  private static double rounded(TuningRange range, double share) {
    double value = new BigDecimal(range.at(share)).round(new MathContext(3)).doubleValue();
    return Math.min(range.high(), Math.max(range.low(), value));
  }
}
