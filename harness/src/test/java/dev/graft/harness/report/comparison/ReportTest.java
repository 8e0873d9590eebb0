package dev.graft.harness.report.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.report.Html;
import dev.graft.harness.report.page.HtmlPage;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.parts.Parts;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Parts<ReportFormat> FORMATS = new Harness().reportFormats();

  @TempDir private Path folder;

  @Test
  void beginsWithATableOfAllArms() {
    assertThat(String.join("\n", Report.of(Studies.typical()).lines().subList(0, 10)))
        .isEqualTo(
            """
            reviews on all-MiniLM-L6-v2
            400 test examples, 1 seed, 1 epoch, batches of 16, device cpu, float32

                                      trained parameters                                                        forward pass / base, 1x32
            method                   method  head       total  share         accuracy %  training  memory         as trained             merged  on disk
            -------------------  ----------  ----  ----------  -----  -----------------  --------  ------  -----------------  -----------------  -------
            full                 22,565,376   770  22,566,146   100%  90.0 [86.7, 92.6]    12.3 s  826 MB  1.00 [1.00, 1.00]                  -  90.3 MB
            lora                     73,728   770      74,498  0.33%  90.0 [86.7, 92.6]    12.3 s  601 MB  1.00 [1.00, 1.00]  1.00 [1.00, 1.00]   299 kB
            houlsby:                152,256   770     153,026  0.67%  80.0 [75.8, 83.6]    12.3 s  602 MB  1.20 [1.20, 1.20]                  -   613 kB
            bottleneck=16""");
  }

  @Test
  void endsWithTheFailures() {
    assertThat(Report.of(Studies.typical()).lines())
        .endsWith(
            "",
            "lin, seed 1, failed: The process was killed.",
            "  try: less",
            "  log: trials/lin/log.txt");
  }

  @Test
  void noLineIsLongerThanAScreenIsWide() {
    String long1 =
        "lora:rank=64,alpha=128,dropout=0.1,targets=all-linear+prefix-tuning:projection=true";
    StudyResult study =
        Studies.of(
            List.of(
                Studies.trial(Studies.spec(long1, 1, false), 22_000_000, 40),
                Studies.trial(Studies.spec(long1, 2, false), 22_000_000, 50)),
            List.of(Studies.latency(new LatencySpec.Size(128, 512))));

    assertThat(Report.of(study).lines()).allMatch(line -> line.length() <= 140);
  }

  @Test
  void timesOfTrialsThatSharedTheMachineAreMarked() {
    StudyResult shared =
        Studies.of(
            List.of(
                Studies.trial(Studies.spec("lora", 1, false), 73_728, 40),
                Studies.trial(Studies.spec("lora", 2, false), 73_728, 40, 4)),
            List.of());
    String words =
        "the machine's threads were divided among up to 4 trials, which makes each slower";

    assertThat(Report.of(shared).lines()).contains("Times of training: " + words + ".");
    assertThat(new HtmlPage().text(Report.of(shared)).orElseThrow())
        .contains("; " + Html.escape(words));
    assertThat(String.join("\n", Report.of(Studies.typical()).lines()))
        .doesNotContain("Times of training");
  }

  @Test
  void severalSeedsAreShownByMeanAndSpread() {
    StudyResult study =
        Studies.of(
            List.of(
                Studies.trial(Studies.spec("lora", 1, false), 73_728, 40),
                Studies.trial(Studies.spec("lora", 2, false), 73_728, 48)),
            List.of());

    assertThat(Report.of(study).lines()).anyMatch(line -> line.contains(" 89.0 +-1.4 [8"));
  }

  @Test
  void aStudyOfWhichNothingIsLeftIsAListOfFailures() {
    StudyResult study = Studies.of(List.copyOf(Studies.typical().failures()), List.of());

    Report report = Report.of(study);

    assertThat(report.lines()).contains("lin, seed 1, failed: The process was killed.");
    assertThat(report.write(folder, FORMATS).files())
        .containsExactly(folder.resolve("report.html"));
  }

  @Test
  void theCsvFileHoldsEveryTrialUnrounded() throws IOException {
    Report.of(Studies.typical()).write(folder, FORMATS);

    List<CSVRecord> trials =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .get()
            .parse(new StringReader(Files.readString(folder.resolve("trials.csv"))))
            .getRecords();

    assertThat(trials)
        .extracting(trial -> trial.get("method"))
        .containsExactly("full", "lora", "houlsby:bottleneck=16", "lora");
    CSVRecord lora = trials.get(1);
    assertThat(lora.get("method_parameters")).isEqualTo("73728");
    assertThat(lora.get("accuracy")).isEqualTo("0.9");
    assertThat(lora.get("merged_agreements")).isEqualTo("400");
    assertThat(Double.parseDouble(lora.get("latency_1x32_merged"))).isEqualTo(1);
    assertThat(trials.get(2).get("latency_1x32_merged")).isEmpty();
    assertThat(trials.get(3).get("untrained_host")).isEqualTo("true");
  }

  @Test
  void theJsonFileHoldsTheTableUnroundedAndTheFindings() throws IOException {
    Report.of(Studies.typical()).write(folder, FORMATS);

    JsonObject json =
        JsonParser.parseString(Files.readString(folder.resolve("report.json")))
            .getAsJsonObject()
            .getAsJsonArray("comparisons")
            .get(0)
            .getAsJsonObject();

    assertThat(json.get("metric").getAsString()).isEqualTo("accuracy");
    JsonObject lora = json.getAsJsonArray("arms").get(1).getAsJsonObject();
    assertThat(lora.get("name").getAsString()).isEqualTo("lora");
    assertThat(lora.getAsJsonObject("quality").get("value").getAsDouble()).isEqualTo(0.9);
    JsonObject differences = json.getAsJsonObject("differences");
    assertThat(differences.getAsJsonArray("tiers").toString())
        .isEqualTo("[[\"full\",\"lora\"],[\"houlsby:bottleneck=16\"]]");
    JsonObject houlsby = differences.getAsJsonArray("againstBaseline").get(1).getAsJsonObject();
    assertThat(houlsby.getAsJsonObject("difference").get("value").getAsDouble())
        .isEqualTo(-0.1, within(1e-12));
    assertThat(houlsby.get("noDifference").getAsDouble()).isLessThan(0.001);
    assertThat(json.getAsJsonArray("findings")).hasSizeGreaterThan(5);
    assertThat(json.getAsJsonArray("failures")).hasSize(1);
    assertThat(json.getAsJsonObject("provenance").keySet())
        .contains("base", "data", "cpu")
        .doesNotContain("started");
  }

  /** Accuracies on one task say nothing of those on another. */
  @Test
  void armsOnTwoTasksAreNotComparedWithEachOther() {
    List<Outcome> outcomes = new ArrayList<>();
    for (String task : List.of("reviews", "/data/SST-2")) {
      for (String method : List.of("full", "lora")) {
        TrialSpec spec = Studies.spec(method, 1, false);
        Arm arm = spec.arm();
        Arm there =
            new Arm(arm.model(), task, method, false, arm.device(), arm.precision(), arm.recipe());
        outcomes.add(Studies.trial(TrialSpec.reported(there, 1), 1000, 40));
      }
    }

    List<String> lines = Report.of(Studies.of(outcomes, List.of())).lines();

    assertThat(lines).contains("reviews on all-MiniLM-L6-v2", "SST-2 on all-MiniLM-L6-v2");
    assertThat(lines).filteredOn(line -> line.contains("Against full (")).hasSize(2);
  }
}
