package dev.graft.conformance;

import dev.graft.model.Model;
import java.util.List;

/**
 * What must hold for a method on every host.
 *
 * @param everywhere whether it is checked on every host, or on one encoder and one decoder unless
 *     everything is asked for
 * @param wide whether wide hosts show what others don't: where places become real numbers
 */
record Rule(String name, boolean everywhere, boolean wide, Model.Options options, Body body) {
  /** What a rule does. */
  @FunctionalInterface
  interface Body {
    void check(Bench bench) throws Finding;
  }

  private static final Model.Options PLAIN = Model.Options.DEFAULT.withDropout(0);

  /** All rules, the cheap ones first. */
  static final List<Rule> ALL =
      List.of(
          everywhere("grafting", GraftRules::grafting).onWideHosts(),
          everywhere("counts", GraftRules::counts),
          everywhere("operators", PrecisionRules::operators),
          everywhere("identity", GraftRules::identity),
          everywhere("training", TrainingRules::training).onWideHosts(),
          everywhere("rows", GraftRules::rows),
          everywhere("causality", GraftRules::causality),
          everywhere("gradients", GradientRule::check),
          everywhere("merging", MergeRules::merging).onWideHosts(),
          everywhere("per-row", PerRowRule::check),
          once("evaluation", PLAIN, TrainingRules::evaluation),
          once("host", Model.Options.DEFAULT, TrainingRules::host),
          once("determinism", Model.Options.DEFAULT, TrainingRules::determinism),
          once("resuming", Model.Options.DEFAULT, SavingRules::resuming),
          once("unmerging", PLAIN, MergeRules::unmerging),
          once("leaks", PLAIN, TrainingRules::leaks),
          once("bfloat16", PLAIN, PrecisionRules::bfloat16).onWideHosts());

  /** What must hold for two methods together. */
  static final Rule STACKING = once("stacking", PLAIN, StackingRule::check);

  private static Rule everywhere(String name, Body body) {
    return new Rule(name, true, false, PLAIN, body);
  }

  private static Rule once(String name, Model.Options options, Body body) {
    return new Rule(name, false, false, options, body);
  }

  private Rule onWideHosts() {
    return new Rule(name, everywhere, true, options, body);
  }

  /** Whether it is to be checked on a host, which may be one of the chosen ones. */
  boolean isFor(String host, boolean isChosen) {
    return TinyHosts.isWide(host) ? wide : everywhere || isChosen;
  }
}
