package dev.graft.harness.report.comparison;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.measure.inference.Claims.Claim;
import dev.graft.harness.measure.inference.Claims.Question;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.measure.latency.LatencyComparison.Verdict;
import dev.graft.harness.report.ArmList;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.text.LatencyText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What methods cost at inference. */
public final class LatencyFindings {
  private static final String BASE = "the base";

  private final Comparison comparison;
  private final Claims claims;

  private LatencyFindings(Comparison comparison, Claims claims) {
    this.comparison = comparison;
    this.claims = claims;
  }

  /** What may be claimed of every arm that was timed. */
  static Stream<Claim> claims(Comparison comparison) {
    return comparison.latency().stream()
        .flatMap(
            latency -> timed(comparison, latency).flatMap(arm -> claims(comparison, latency, arm)));
  }

  /** Every arm at a size as it was trained and, where it can be, merged. */
  static Stream<ArmLatency> timed(Comparison comparison, LatencyResult latency) {
    return comparison.pretrained().stream()
        .flatMap(
            contender ->
                Stream.of(false, true)
                    .flatMap(merged -> latency.of(contender.name(), merged).stream()));
  }

  private static Stream<Claim> claims(
      Comparison comparison, LatencyResult latency, ArmLatency arm) {
    Question question = question(comparison, latency, arm);
    return Stream.of(
        new Claim(question, Answer.DIFFERENT, arm.difference()),
        new Claim(question, Answer.EQUIVALENT, arm.equivalence()));
  }

  private static Question question(Comparison comparison, LatencyResult latency, ArmLatency arm) {
    return new Question(comparison.of("latency at " + latency.size()), arm.name(), BASE);
  }

  static List<String> of(Comparison comparison, Claims claims) {
    return new LatencyFindings(comparison, claims).sentences();
  }

  private List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    for (LatencyResult latency : comparison.latency()) {
      sentences.add(noise(latency));
      LatencyText.cause(latency).ifPresent(sentences::add);
      List<ArmLatency> merged = arms(latency, true);
      if (merged.size() <= ArmList.MOST_NAMED) {
        merged.forEach(arm -> sentences.add(merged(latency, arm)));
      } else {
        sentences.add(byVerdict(latency, "merged", merged));
      }
      List<ArmLatency> unmerged = arms(latency, false);
      if (!unmerged.isEmpty()) {
        sentences.add(byVerdict(latency, "unmerged", unmerged));
      }
    }
    comparison
        .latencyFailure()
        .ifPresent(reason -> sentences.add("Latency was not measured: " + reason));
    return sentences;
  }

  private static String noise(LatencyResult latency) {
    return "At %s, in %s processes of %s rounds or more, two copies of the base differ by up to %s, which is the noise floor%s%s."
        .formatted(
            latency.size(),
            latency.processes().size(),
            Units.count(latency.rounds()),
            Units.share(latency.comparison().noiseFloor()),
            latency.steady() ? "" : "; times had not settled when the rounds began",
            latency.comparison().neededProcesses() > latency.processes().size()
                ? "; %s processes would make every interval narrower than %s"
                    .formatted(
                        Units.count(latency.comparison().neededProcesses()),
                        Units.chosen(latency.comparison().margin()))
                : "");
  }

  private String merged(LatencyResult latency, ArmLatency arm) {
    Verdict verdict = verdict(latency, arm);
    return "%s takes %s times the base's time at %s (95%% interval): %s%s."
        .formatted(
            arm.name(),
            Units.interval(arm.ratio(), 3),
            latency.size(),
            words(latency, verdict),
            verdict == Verdict.EQUIVALENT
                ? " (%s)"
                    .formatted(
                        Units.probability(
                            claims.corrected(
                                question(comparison, latency, arm), Answer.EQUIVALENT)))
                : "");
  }

  private Verdict verdict(LatencyResult latency, ArmLatency arm) {
    return verdict(comparison, claims, latency, arm);
  }

  /** What remains of an arm's verdict among all claims of the report. */
  public static Verdict verdict(
      Comparison comparison, Claims claims, LatencyResult latency, ArmLatency arm) {
    Question question = question(comparison, latency, arm);
    return latency
        .comparison()
        .verdict(
            arm.ratio(),
            claims.corrected(question, Answer.DIFFERENT),
            claims.corrected(question, Answer.EQUIVALENT));
  }

  private static String words(LatencyResult latency, Verdict verdict) {
    String margin = Units.chosen(latency.comparison().margin());
    return switch (verdict) {
      case EQUIVALENT -> "as fast as the base within " + margin;
      case SLOWER -> "slower than the base";
      case FASTER -> "faster than the base";
      case INCONCLUSIVE, TOO_NOISY -> "not decided, as " + whyOpen(latency, verdict);
    };
  }

  /** Why an open verdict is none. */
  static String whyOpen(LatencyResult latency, Verdict verdict) {
    return verdict == Verdict.INCONCLUSIVE
        ? "the interval is too wide"
        : "the noise floor is larger than " + Units.chosen(latency.comparison().margin());
  }

  private List<ArmLatency> arms(LatencyResult latency, boolean merged) {
    return comparison.pretrained().stream()
        .flatMap(contender -> latency.of(contender.name(), merged).stream())
        .toList();
  }

  /** One sentence for all arms, as they are many. */
  private String byVerdict(LatencyResult latency, String how, List<ArmLatency> arms) {
    return Stream.of(Verdict.values())
        .flatMap(
            verdict -> {
              List<ArmLatency> those =
                  arms.stream().filter(arm -> verdict(latency, arm) == verdict).toList();
              return those.isEmpty() ? Stream.of() : Stream.of(group(latency, verdict, those));
            })
        .collect(joining("; ", "At %s, %s, ".formatted(latency.size(), how), "."));
  }

  private static String group(LatencyResult latency, Verdict verdict, List<ArmLatency> arms) {
    ArmList list = new ArmList(LatencyFindings::slower);
    for (ArmLatency arm : arms) {
      double ratio = arm.ratio().value();
      list.add(
          arm.name(),
          ratio,
          verdict == Verdict.EQUIVALENT ? arm.name() : arm.name() + " (" + slower(ratio) + ")");
    }
    return words(latency, verdict) + ": " + list;
  }

  private static String slower(double ratio) {
    return Units.beyondOne(ratio, 0);
  }
}
