package dev.graft.harness.report.comparison;

import dev.graft.harness.report.Units;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** Parameters, memory and disk: ranges over the contenders, and the reference's beside them. */
final class SizeFindings {
  private SizeFindings() {}

  static List<String> of(Comparison comparison) {
    return Stream.of(parameters(comparison), memory(comparison), checkpoints(comparison))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<String> parameters(Comparison comparison) {
    List<Contender> contenders =
        others(comparison).stream().filter(contender -> contender.counts().method() > 0).toList();
    if (contenders.isEmpty()) {
      return Optional.empty();
    }
    long host = contenders.get(0).counts().host();
    String range =
        range(
            contenders,
            contender -> contender.counts().method(),
            n -> Units.share((double) n / host));
    String reference =
        comparison
            .reference()
            .map(full -> "; " + full.name() + " trains " + Units.share(full.counts().share()))
            .orElse("");
    return Optional.of(
        "Heads apart, the methods train %s of the model's %s parameters%s."
            .formatted(range, Units.count(host), reference));
  }

  private static Optional<String> memory(Comparison comparison) {
    List<Contender> contenders =
        others(comparison).stream().filter(contender -> contender.memory().isPresent()).toList();
    if (contenders.isEmpty()) {
      return Optional.empty();
    }
    String range = range(contenders, contender -> contender.memory().getAsLong(), Units::bytes);
    String reference =
        comparison
            .reference()
            .filter(full -> full.memory().isPresent())
            .map(full -> ", " + full.name() + " " + Units.bytes(full.memory().getAsLong()))
            .orElse("");
    String measures = contenders.get(0).trials().get(0).memory().measures();
    return Optional.of(
        "At its peak, training took %s%s: %s.".formatted(range, reference, measures));
  }

  private static Optional<String> checkpoints(Comparison comparison) {
    List<Contender> contenders = others(comparison);
    if (contenders.isEmpty()) {
      return Optional.empty();
    }
    String range = range(contenders, Contender::checkpointBytes, Units::bytes);
    long largest = contenders.stream().mapToLong(Contender::checkpointBytes).max().orElseThrow();
    String reference =
        comparison
            .reference()
            .map(
                full ->
                    "; that of %s %s, %s times the largest of these"
                        .formatted(
                            full.name(),
                            Units.bytes(full.checkpointBytes()),
                            Units.ratio((double) full.checkpointBytes() / largest)))
            .orElse("");
    return Optional.of("A checkpoint takes %s on disk%s.".formatted(range, reference));
  }

  private static List<Contender> others(Comparison comparison) {
    return comparison.pretrained().stream()
        .filter(contender -> !contender.name().equals(comparison.baseline()))
        .toList();
  }

  /** {@code 1.2 MB (lora) to 3.4 MB (houlsby)}, or one of them if they don't differ. */
  private static String range(
      List<Contender> contenders, ToLongFunction<Contender> number, LongFunction<String> written) {
    Comparator<Contender> order = Comparator.comparingLong(number);
    Contender least = contenders.stream().min(order).orElseThrow();
    Contender most = contenders.stream().max(order).orElseThrow();
    String low = written.apply(number.applyAsLong(least)) + " (" + least.name() + ")";
    String high = written.apply(number.applyAsLong(most)) + " (" + most.name() + ")";
    return number.applyAsLong(least) == number.applyAsLong(most) ? low : low + " to " + high;
  }
}
