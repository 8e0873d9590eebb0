package dev.graft.harness.report.origin;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.comparison.Findings;
import dev.graft.harness.report.comparison.Inference;
import dev.graft.harness.report.comparison.Report;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a part of a report was found, by what each sentence is of: one after the other they are the
 * paragraph of a paper. Nothing is told that the study didn't do.
 */
public final class MethodNotes {
  private final Report.Part part;
  private final Comparison comparison;
  private final Map<String, String> notes = new LinkedHashMap<>();

  private MethodNotes(Report.Part part) {
    this.part = part;
    this.comparison = part.comparison();
  }

  /** Of a part in which a trial has a result. */
  public static Map<String, String> of(Report.Part part) {
    MethodNotes notes = new MethodNotes(part);
    notes.tellTraining();
    notes.tellTests();
    notes.tellForgetting();
    notes.tellLatency();
    notes.tellSoftware();
    return notes.notes;
  }

  /** In one paragraph. */
  public static String paragraph(Report.Part part) {
    return String.join(" ", of(part).values());
  }

  private void tellTraining() {
    List<Contender> arms = comparison.contenders();
    notes.put(
        "arms",
        "We compared %s: %s, with a host of %s parameters."
            .formatted(
                Units.count(arms.size(), "arm"),
                part.headline().title(),
                Units.count(arms.get(0).counts().host())));
    notes.put(
        "training",
        "Each arm was trained with %s (%s) by AdamW, all of them with %s."
            .formatted(
                Units.count(comparison.seeds(), "seed"),
                arms.stream()
                    .flatMap(arm -> arm.seeds().stream())
                    .distinct()
                    .map(String::valueOf)
                    .collect(joining(", ")),
                common(arms)));
    notes.put(
        "tuning",
        comparison
            .search()
            .map(search -> search.budget() + " " + TriedSettings.sentence(search))
            .orElse("Settings were given, not tuned by this study."));
  }

  /** The settings of training that no trial has otherwise. */
  private static String common(List<Contender> arms) {
    Map<String, String> common =
        new LinkedHashMap<>(arms.get(0).trials().get(0).spec().arm().recipe().written());
    arms.stream()
        .flatMap(arm -> arm.trials().stream())
        .map(trial -> trial.spec().arm().recipe().written().entrySet())
        .forEach(common.entrySet()::retainAll);
    common.put("precision", arms.get(0).arm().precision().toString());
    return common.entrySet().stream()
        .map(setting -> setting.getKey() + " " + setting.getValue())
        .collect(joining(", "));
  }

  private void tellTests() {
    notes.put(
        "quality",
        "The %s is that of the %s of the test split, which each trial read after its last step; intervals are 95%% intervals over examples."
            .formatted(
                comparison.scale().measure().label(),
                Units.count(comparison.contenders().get(0).examples(), "example")));
    Findings findings = part.findings().orElseThrow();
    if (!findings.inference().differences().isEmpty()) {
      notes.put(
          "differences",
          comparison.seeds() > 1
              ? "Arms are compared paired by seed and example, with seeds and examples as crossed sources of variance: that of seeds is an analysis of variance's with the seeds as blocks, that of examples a bootstrap's, and Student's quantiles join both to an interval and its test (Banerjee 1960)."
              : "Arms are compared paired by example, whose variance is a bootstrap's, and with one seed nothing is said of others.");
      notes.put(
          "equivalence",
          "Equivalence is tested by two one-sided tests (Schuirmann 1987) with a margin of %s."
              .formatted(Inference.margin(comparison.scale())));
    }
    if (findings.claims().questions() > 0) {
      notes.put(
          "correction",
          "The answers to all %s of the report, that there is a difference or that it is within the margin, are corrected together by Holm's step-down procedure (1979) in the form of Shaffer (1986): the chance of any false one is at most %s, for which the first is tested at %s."
              .formatted(
                  Units.count(findings.claims().questions(), "question"),
                  Units.chosen(Claims.ALPHA),
                  Units.format("%.2g", findings.claims().alphaOfOne())));
    }
  }

  private void tellForgetting() {
    part.findings()
        .orElseThrow()
        .forgetting()
        .method()
        .forEach(text -> notes.put("forgetting", text));
  }

  private void tellLatency() {
    Optional<LatencyResult> first = comparison.latency().stream().findFirst();
    first.ifPresent(
        latency ->
            notes.put(
                "latency",
                "Latency was timed at %s (rows x length) in %s of at least %s each; ratios to the model without any method are geometric means over processes of the median over rounds, with %s intervals over processes by Student's t after Stein (1945), and two copies of the model differed by up to %s."
                    .formatted(
                        comparison.latency().stream()
                            .map(each -> each.size().toString())
                            .collect(joining(", ")),
                        several(latency.processes().size(), "process", "processes"),
                        Units.count(latency.rounds(), "round"),
                        Units.chosen(Estimate.LEVEL),
                        Units.share(
                            comparison.latency().stream()
                                .mapToDouble(each -> each.comparison().noiseFloor())
                                .max()
                                .orElseThrow()))));
  }

  private static String several(int count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  /** What differs between trials is in the store. */
  private void tellSoftware() {
    Map<String, String> common = comparison.provenance();
    String versions =
        Stream.of("graft", "djl", "pytorch", "java", "os", "cpu", "device")
            .map(name -> name + " " + common.getOrDefault(name, "(several)"))
            .collect(joining("; "));
    notes.put("software and machine", "Software and machine: %s.".formatted(versions));
  }
}
