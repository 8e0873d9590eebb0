package dev.graft.harness.study.declared;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.study.ArmNames;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What is to be compared: every stack with everything that stacks are combined with.
 *
 * @param name by which people know it, if it has one
 * @param frames arms without methods; models as they were named
 * @param stacks in the order in which they are shown
 * @param baseline the arm that the others are judged by; if absent the first
 * @param tuning absent for none
 * @param forgetting absent for not measured
 * @param latency absent for not at all
 */
public record Declaration(
    Optional<String> name,
    List<Arm> frames,
    List<DeclaredStack> stacks,
    Optional<String> baseline,
    List<Long> seeds,
    Optional<Tuning> tuning,
    Optional<ForgettingSpec> forgetting,
    Optional<LatencySpec> latency,
    ExecutorOptions execution) {
  public Declaration {
    frames = List.copyOf(frames);
    stacks = List.copyOf(stacks);
    seeds = List.copyOf(seeds);
  }

  /** The same, run in another way. */
  public Declaration with(ExecutorOptions other) {
    return new Declaration(
        name, frames, stacks, baseline, seeds, tuning, forgetting, latency, other);
  }

  /**
   * The study of it.
   *
   * @param pinned gives what names the same model at other times; asked once for each model
   * @param hosts gives the shape of a pinned model; asked only where sizes are to be matched
   * @param methods that are installed
   * @throws GraftException if a size can't be had, two arms are equal, or the baseline is none
   */
  public Study study(
      UnaryOperator<String> pinned, Function<String, HostShape> hosts, Methods methods) {
    Map<String, String> models = new HashMap<>();
    Map<String, HostShape> shapes = new HashMap<>();
    Set<Arm> arms = new LinkedHashSet<>();
    for (Arm frame : frames) {
      String model = models.computeIfAbsent(frame.model(), pinned);
      for (DeclaredStack stack : stacks) {
        String text = stack.on(() -> shapes.computeIfAbsent(model, hosts)).toString();
        if (!arms.add(frame.withModel(model).withMethod(text))) {
          throw GraftException.input("The method '%s' is listed twice.", text)
              .in(stack.place())
              .remedy("settings at their defaults make no difference");
        }
      }
    }
    Map<String, Arm> named = ArmNames.of(arms, methods);
    return new Study(name, named, baseline(named.keySet()), seeds, tuning, forgetting, latency);
  }

  private String baseline(Set<String> arms) {
    String first = arms.iterator().next();
    if (!arms.contains(baseline.orElse(first))) {
      throw GraftException.input(
              "The baseline '%s' is not one of the arms.%s",
              baseline.get(), Names.didYouMean(baseline.get(), arms))
          .expected(String.join(", ", arms));
    }
    return baseline.orElse(first);
  }
}
