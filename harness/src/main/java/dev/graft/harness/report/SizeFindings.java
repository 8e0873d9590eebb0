package dev.graft.harness.report;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/** Parameters, memory and disk: ranges over the arms, and the reference's beside them. */
final class SizeFindings {
  private SizeFindings() {}

  static Optional<String> parameters(Comparison comparison) {
    List<Arm> arms = others(comparison).stream().filter(arm -> arm.counts().method() > 0).toList();
    if (arms.isEmpty()) {
      return Optional.empty();
    }
    long host = arms.get(0).counts().host();
    String range = range(arms, arm -> arm.counts().method(), n -> Units.share((double) n / host));
    String reference =
        comparison
            .reference()
            .map(full -> "; full fine-tuning trains " + Units.share(full.counts().share()))
            .orElse("");
    return Optional.of(
        "Heads apart, the methods train %s of the model's %s parameters%s."
            .formatted(range, Units.count(host), reference));
  }

  static Optional<String> memory(Comparison comparison) {
    List<Arm> arms = others(comparison).stream().filter(arm -> arm.memory().isPresent()).toList();
    if (arms.isEmpty()) {
      return Optional.empty();
    }
    String range = range(arms, arm -> arm.memory().getAsLong(), Units::bytes);
    String reference =
        comparison
            .reference()
            .filter(full -> full.memory().isPresent())
            .map(full -> ", full fine-tuning " + Units.bytes(full.memory().getAsLong()))
            .orElse("");
    String measures = arms.get(0).trials().get(0).memory().measures();
    return Optional.of(
        "At its peak, training took %s%s: %s.".formatted(range, reference, measures));
  }

  static Optional<String> checkpoints(Comparison comparison) {
    List<Arm> arms = others(comparison);
    if (arms.isEmpty()) {
      return Optional.empty();
    }
    String range = range(arms, Arm::checkpointBytes, Units::bytes);
    long largest = arms.stream().mapToLong(Arm::checkpointBytes).max().orElseThrow();
    String reference =
        comparison
            .reference()
            .map(
                full ->
                    "; that of full fine-tuning %s, %s times the largest of these"
                        .formatted(
                            Units.bytes(full.checkpointBytes()),
                            Units.ratio((double) full.checkpointBytes() / largest)))
            .orElse("");
    return Optional.of("A checkpoint takes %s on disk%s.".formatted(range, reference));
  }

  private static List<Arm> others(Comparison comparison) {
    return comparison.pretrained().stream()
        .filter(arm -> !arm.method().equals(Comparison.REFERENCE))
        .toList();
  }

  /** {@code 1.2 MB (lora) to 3.4 MB (houlsby)}, or one of them if they don't differ. */
  private static String range(
      List<Arm> arms, ToLongFunction<Arm> number, LongFunction<String> written) {
    Comparator<Arm> order = Comparator.comparingLong(number);
    Arm least = arms.stream().min(order).orElseThrow();
    Arm most = arms.stream().max(order).orElseThrow();
    String low = written.apply(number.applyAsLong(least)) + " (" + least.name() + ")";
    String high = written.apply(number.applyAsLong(most)) + " (" + most.name() + ")";
    return number.applyAsLong(least) == number.applyAsLong(most) ? low : low + " to " + high;
  }
}
