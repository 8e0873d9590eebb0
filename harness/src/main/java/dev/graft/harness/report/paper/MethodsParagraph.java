package dev.graft.harness.report.paper;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.comparison.QualityFindings;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.Search;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How a part of a report was found, as a paper tells it: nothing that the study didn't do. */
final class MethodsParagraph {
  private final Report.Part part;
  private final Comparison comparison;
  private final List<String> sentences = new ArrayList<>();

  private MethodsParagraph(Report.Part part) {
    this.part = part;
    this.comparison = part.comparison();
  }

  /** Of a part in which a trial has a result. */
  static String of(Report.Part part) {
    MethodsParagraph paragraph = new MethodsParagraph(part);
    paragraph.tellTraining();
    paragraph.tellTests();
    paragraph.tellForgetting();
    paragraph.tellLatency();
    paragraph.tellSoftware();
    return String.join(" ", paragraph.sentences);
  }

  private void tellTraining() {
    List<Contender> arms = comparison.contenders();
    sentences.add(
        "We compared %s: %s, with a host of %s parameters."
            .formatted(
                Units.count(arms.size(), "arm"),
                part.headline().title(),
                Units.count(arms.get(0).counts().host())));
    sentences.add(
        "Each arm was trained with %s (%s) by AdamW, all of them with %s."
            .formatted(
                Units.count(comparison.seeds(), "seed"),
                arms.stream()
                    .flatMap(arm -> arm.seeds().stream())
                    .distinct()
                    .map(String::valueOf)
                    .collect(joining(", ")),
                common(arms)));
    sentences.add(
        comparison
            .search()
            .map(Search::budget)
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
    sentences.add(
        "The %s is that of the %s of the test split, which each trial read after its last step; intervals are 95%% intervals over examples."
            .formatted(
                comparison.scale().measure().label(),
                Units.count(comparison.contenders().get(0).examples(), "example")));
    QualityFindings quality = part.findings().orElseThrow().quality();
    if (quality.questions() > 0) {
      sentences.add(
          "Arms are compared paired by seed and example%s; equivalence is tested by two one-sided tests (Schuirmann 1987) with a margin of %s, and the answers to all %s of the report are corrected together (Holm 1979, Shaffer 1986) at a level of %s."
              .formatted(
                  comparison.seeds() > 1
                      ? ", with seeds and examples as crossed sources of variance"
                      : ", and with one seed nothing is said of others",
                  comparison.scale().distance(quality.margin()),
                  Units.count(quality.questions(), "question"),
                  Units.chosen(Claims.ALPHA)));
    }
  }

  private void tellForgetting() {
    sentences.addAll(part.findings().orElseThrow().forgetting().method());
  }

  private void tellLatency() {
    Optional<LatencyResult> first = comparison.latency().stream().findFirst();
    first.ifPresent(
        latency ->
            sentences.add(
                "Latency was timed at %s (rows x length) in %s of at least %s each; ratios to the model without any method are geometric means over processes of the median over rounds, with %s intervals over processes, and two copies of the model differed by up to %s."
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
    sentences.add("Software and machine: %s.".formatted(versions));
  }
}
