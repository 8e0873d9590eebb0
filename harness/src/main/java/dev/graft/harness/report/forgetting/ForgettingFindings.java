package dev.graft.harness.report.forgetting;

import dev.graft.files.Folders;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.measure.inference.Claims.Claim;
import dev.graft.harness.measure.inference.Claims.Question;
import dev.graft.harness.measure.inference.Difference;
import dev.graft.harness.report.ArmList;
import dev.graft.harness.report.Units;
import dev.graft.model.Pretraining;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the arms on one model and one task forgot, against their base and against the baseline. */
public final class ForgettingFindings {
  /** Differences below this don't matter: a perplexity that is 1% higher, in nats a token. */
  public static final double MARGIN = 0.01;

  private static final String BASE = "the base";
  private static final int DECIMALS = 3;

  private final String what;
  private final String baseline;
  private final Map<String, Forgotten> arms;
  private final Map<String, Difference> againstBaseline = new LinkedHashMap<>();

  private ForgettingFindings(String what, String baseline, Map<String, Forgotten> arms) {
    this.what = what;
    this.baseline = baseline;
    this.arms = arms;
    Forgotten reference = arms.get(baseline);
    arms.forEach(
        (name, arm) -> {
          if (reference != null && !name.equals(baseline)) {
            arm.than(reference).ifPresent(difference -> againstBaseline.put(name, difference));
          }
        });
  }

  /**
   * Of arms by name, in the order of the study.
   *
   * @param what is asked, as told apart from what is asked on other models and tasks
   * @param baseline the name of the arm that the others are judged by
   */
  public static ForgettingFindings of(String what, String baseline, Map<String, Forgotten> arms) {
    return new ForgettingFindings(what, baseline, new LinkedHashMap<>(arms));
  }

  /** What may be claimed: of each arm against its base, and of all others against the baseline. */
  public Stream<Claim> claims() {
    return Stream.concat(
        arms.entrySet().stream()
            .flatMap(arm -> claims(ofBase(arm.getKey()), arm.getValue().change())),
        againstBaseline.entrySet().stream()
            .flatMap(arm -> claims(ofBaseline(arm.getKey()), arm.getValue())));
  }

  private static Stream<Claim> claims(Question question, Difference difference) {
    return Stream.of(
        new Claim(question, Answer.DIFFERENT, difference.ofNoDifference()),
        new Claim(question, Answer.EQUIVALENT, difference.ofDifferenceBeyond(MARGIN)));
  }

  /** What is asked of an arm and the model that it was trained from. */
  Question ofBase(String arm) {
    return new Question(what, arm, BASE);
  }

  private Question ofBaseline(String arm) {
    return new Question(what, arm, baseline);
  }

  /** What is said of it; nothing if it was not measured. */
  public List<String> sentences(Claims claims) {
    if (arms.isEmpty()) {
      return List.of();
    }
    List<String> sentences = new ArrayList<>(List.of(base()));
    Map<String, ArmList> changes = new LinkedHashMap<>();
    arms.forEach(
        (name, arm) ->
            changes
                .computeIfAbsent(
                    verdict(claims, ofBase(name), arm.change(), "higher", "lower"),
                    verdict -> new ArmList(ForgettingFindings::nats))
                .add(
                    name,
                    arm.change().value(),
                    "%s %s".formatted(name, signed(arm.change().interval()))));
    sentences.add(
        "Training changes that loss, with 95%% intervals over %s: %s."
            .formatted(varied(), ArmList.grouped(changes)));
    if (!againstBaseline.isEmpty()) {
      Map<String, ArmList> differences = new LinkedHashMap<>();
      againstBaseline.forEach(
          (name, difference) ->
              differences
                  .computeIfAbsent(
                      verdict(claims, ofBaseline(name), difference, "forgets more", "forgets less"),
                      verdict -> new ArmList(ForgettingFindings::nats))
                  .add(
                      name,
                      difference.value(),
                      "%s %s".formatted(name, signed(difference.interval()))));
      sentences.add("Against %s: %s.".formatted(baseline, ArmList.grouped(differences)));
    }
    return sentences;
  }

  private String base() {
    Forgotten first = arms.values().iterator().next();
    return "On %s of %s, the base predicts %s with a loss of %s nats a token (perplexity %s)."
        .formatted(
            Units.count(first.any().passages(), "passage"),
            Folders.named(first.text().spec().text()).getFileName(),
            predicted(first),
            Units.format("%.3f", first.before()),
            perplexity(first.before()));
  }

  private static String predicted(Forgotten arm) {
    String tokens = Units.count(arm.any().predictedTokens(), "token");
    return arm.any().predicted() == Pretraining.Objective.MASKED_TOKEN
        ? tokens + " that were masked"
        : tokens + " from those before them";
  }

  private static String perplexity(double loss) {
    double perplexity = Math.exp(loss);
    return Units.format(perplexity < 99.95 ? "%.1f" : "%,.0f", perplexity);
  }

  private String varied() {
    int fewest = arms.values().stream().mapToInt(arm -> arm.change().seeds()).min().orElseThrow();
    return fewest == 1
        ? "passages (one seed says nothing of others)"
        : "passages and %s seeds".formatted(fewest);
  }

  private static String verdict(
      Claims claims, Question question, Difference difference, String more, String less) {
    String margin = Units.format("%.2f nats", MARGIN);
    boolean isEqual = claims.allow(question, Answer.EQUIVALENT);
    if (claims.allow(question, Answer.DIFFERENT)) {
      return (difference.value() < 0 ? less : more) + (isEqual ? " by less than " + margin : "");
    }
    return isEqual
        ? "equal within " + margin
        : "neither different nor equal within " + margin + ", as far as was shown";
  }

  private static String nats(double change) {
    return Units.signed(change, DECIMALS);
  }

  /** A change of the loss as tables and sentences have it. */
  public static String signed(Estimate change) {
    return Units.signedInterval(change, DECIMALS);
  }

  /** The same of an arm as data. */
  public ForgottenSummary summary(String arm, Claims claims) {
    return ForgottenSummary.of(arms.get(arm), ofBase(arm), claims);
  }

  /** How it was measured, as a paper tells it; nothing if it was not. */
  public List<String> method() {
    return arms.values().stream()
        .findFirst()
        .map(
            arm ->
                "What training makes the model forget is the change of its loss on %s of %s (at most %s each) in %s, against the model without any method, paired by passage; intervals are over %s, and equivalence has a margin of %s nats a token."
                    .formatted(
                        Units.count(arm.any().passages(), "passage"),
                        Folders.named(arm.text().spec().text()).getFileName(),
                        Units.count(arm.text().spec().length(), "token"),
                        task(arm),
                        varied(),
                        MARGIN))
        .stream()
        .toList();
  }

  private static String task(Forgotten arm) {
    return arm.any().predicted() == Pretraining.Objective.MASKED_TOKEN
        ? "predicting 15% of the tokens, of which 80% were masked, 10% replaced by any token and 10% kept (Devlin et al. 2018), the same ones for all arms, before and after"
        : "predicting each token from those before it";
  }
}
