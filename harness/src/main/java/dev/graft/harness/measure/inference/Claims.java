package dev.graft.harness.measure.inference;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * All that a report may claim, corrected together: the chance of any false claim among them is at
 * most what it would be for one. Holm, Scandinavian Journal of Statistics 6 (1979), in the form of
 * Shaffer, JASA 81 (1986): of the answers to one question at most one hypothesis can be true (two
 * arms can't both be equal and differ by the margin), so it is counted once for as long as any of
 * its answers is open.
 */
public final class Claims {
  /** The chance of any false claim in a report. */
  public static final double ALPHA = 0.05;

  /** What may be answered. */
  public enum Answer {
    /** There is a difference. */
    DIFFERENT,
    /** The difference is less than the margin. */
    EQUIVALENT
  }

  /**
   * What is asked of two things.
   *
   * @param of what they are compared by, within which part of the report
   */
  public record Question(String of, String first, String second) {}

  /**
   * An answer that may be given.
   *
   * @param pValue of the hypothesis that it denies
   */
  public record Claim(Question question, Answer answer, double pValue) {}

  private final int questions;
  private final Map<Question, Map<Answer, Double>> corrected = new HashMap<>();

  private Claims(int questions) {
    this.questions = questions;
  }

  /** Corrects them. */
  public static Claims of(List<Claim> claims) {
    List<Claim> byValue =
        claims.stream().sorted(Comparator.comparingDouble(Claim::pValue)).toList();
    Map<Question, Long> open =
        claims.stream().collect(Collectors.groupingBy(Claim::question, Collectors.counting()));
    Claims corrected = new Claims(open.size());
    double largest = 0;
    for (Claim claim : byValue) {
      largest = Math.max(largest, Math.min(1, open.size() * claim.pValue()));
      corrected
          .corrected
          .computeIfAbsent(claim.question(), question -> new HashMap<>())
          .put(claim.answer(), largest);
      open.computeIfPresent(claim.question(), (question, count) -> count == 1 ? null : count - 1);
    }
    return corrected;
  }

  /** How many questions were asked. */
  public int questions() {
    return questions;
  }

  /** What the first claim is tested at, and every one if but one hypothesis is false. */
  public double alphaOfOne() {
    return ALPHA / Math.max(1, questions);
  }

  /** Whether an answer may be given; not if the question was not asked. */
  public boolean allow(Question question, Answer answer) {
    return corrected(question, answer) < ALPHA;
  }

  /** The corrected p-value; 1 if the question was not asked. */
  public double corrected(Question question, Answer answer) {
    return corrected.getOrDefault(question, Map.of()).getOrDefault(answer, 1.0);
  }
}
