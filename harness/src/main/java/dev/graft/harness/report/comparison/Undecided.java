package dev.graft.harness.report.comparison;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toList;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.measure.inference.Claims.Claim;
import dev.graft.harness.measure.inference.Claims.Question;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.report.ArmList;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.forgetting.ForgettingFindings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The questions of a part of a report to which no answer may be given: neither that there is a
 * difference, nor that it is within the margin.
 *
 * @param kinds in the order of the findings
 */
public record Undecided(List<Kind> kinds) {
  private static final String NONE = "-";

  /**
   * Questions of one thing.
   *
   * @param of what is asked
   * @param asked how many there are
   * @param open how many of them are not decided
   * @param which those are
   */
  public record Kind(String of, int asked, int open, String which) {}

  public Undecided {
    kinds = List.copyOf(kinds);
  }

  static Undecided of(
      Comparison comparison, Inference inference, ForgettingFindings forgetting, Claims claims) {
    List<Kind> kinds = new ArrayList<>();
    List<Question> pairs = questions(inference.claims());
    if (!pairs.isEmpty()) {
      kinds.add(ofQuality(comparison, pairs, open(pairs, claims)));
    }
    questions(forgetting.claims()).stream()
        .collect(groupingBy(Question::second, LinkedHashMap::new, toList()))
        .forEach(
            (other, asked) -> {
              List<Question> open = open(asked, claims);
              List<String> arms = open.stream().map(Question::first).toList();
              kinds.add(kind("forgetting against " + other, asked.size(), arms));
            });
    comparison.latency().forEach(latency -> kinds.add(ofLatency(comparison, latency, claims)));
    return new Undecided(kinds);
  }

  private static List<Question> questions(Stream<Claim> claims) {
    return claims.map(Claim::question).distinct().toList();
  }

  private static List<Question> open(List<Question> asked, Claims claims) {
    return asked.stream()
        .filter(question -> Stream.of(Answer.values()).noneMatch(a -> claims.allow(question, a)))
        .toList();
  }

  private static Kind ofQuality(Comparison comparison, List<Question> asked, List<Question> open) {
    String baseline = comparison.baseline();
    Map<Boolean, List<Question>> byBaseline =
        open.stream()
            .collect(
                partitioningBy(
                    pair -> pair.first().equals(baseline) || pair.second().equals(baseline)));
    List<String> against =
        byBaseline.get(true).stream()
            .map(pair -> pair.first().equals(baseline) ? pair.second() : pair.first())
            .toList();
    List<Question> others = byBaseline.get(false);
    List<String> which = new ArrayList<>();
    if (!against.isEmpty()) {
      which.add("against %s: %s".formatted(baseline, ArmList.names(against)));
    }
    if (others.size() > ArmList.MOST_NAMED) {
      which.add("of others: %s".formatted(Units.count(others.size(), "pair")));
    } else {
      others.forEach(pair -> which.add("%s and %s".formatted(pair.first(), pair.second())));
    }
    return new Kind(
        "%s of any two arms".formatted(comparison.scale().measure().label()),
        asked.size(),
        open.size(),
        which.isEmpty() ? NONE : String.join("; ", which));
  }

  private static Kind ofLatency(Comparison comparison, LatencyResult latency, Claims claims) {
    List<ArmLatency> asked = LatencyFindings.timed(comparison, latency).toList();
    Map<String, List<String>> byReason =
        asked.stream()
            .filter(arm -> LatencyFindings.verdict(comparison, claims, latency, arm).isOpen())
            .collect(
                groupingBy(
                    arm ->
                        LatencyFindings.whyOpen(
                            latency, LatencyFindings.verdict(comparison, claims, latency, arm)),
                    LinkedHashMap::new,
                    mapping(ArmLatency::name, toList())));
    return new Kind(
        "latency at %s against the base".formatted(latency.size()),
        asked.size(),
        byReason.values().stream().mapToInt(List::size).sum(),
        byReason.isEmpty()
            ? NONE
            : byReason.entrySet().stream()
                .map(
                    reason -> "%s: %s".formatted(reason.getKey(), ArmList.names(reason.getValue())))
                .collect(joining("; ")));
  }

  private static Kind kind(String of, int asked, List<String> open) {
    return new Kind(of, asked, open.size(), open.isEmpty() ? NONE : ArmList.names(open));
  }

  /** How many there are. */
  public int open() {
    return kinds.stream().mapToInt(Kind::open).sum();
  }

  /** With how many of how many they are. */
  public String heading() {
    return "Not decided: %s of %s"
        .formatted(
            Units.count(open()),
            Units.count(kinds.stream().mapToInt(Kind::asked).sum(), "question"));
  }

  /** A row a kind of questions. */
  public ReportTable table() {
    return new ReportTable(
        List.of(
            Column.left("what is asked"),
            Column.right("", "questions"),
            Column.right("", "not decided"),
            Column.left("which")),
        kinds.stream()
            .map(
                kind ->
                    List.of(
                        kind.of(),
                        Units.count(kind.asked()),
                        Units.count(kind.open()),
                        kind.which()))
            .toList());
  }
}
