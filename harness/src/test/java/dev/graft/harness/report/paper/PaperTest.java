package dev.graft.harness.report.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.Studies;
import dev.graft.harness.study.StudyResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaperTest {
  private static final String METHODS =
      "We compared 4 arms: reviews on all-MiniLM-L6-v2, with a host of 22,565,376 parameters. Each arm was trained"
          + " with 1 seed (1) by AdamW, all of them with epochs 1, planned-steps of the epochs, batch-size 16,"
          + " warmup 0.06, weight-decay 0.01, clip-norm 1.0, learning-rate of each method, head-rate 0.005,"
          + " max-length 128, host-dropout of config.json, patience none, keep last, precision float32. Settings were"
          + " given, not tuned by this study. The accuracy is that of the 400 examples of the test split";

  @Test
  void markdownHasTheTableTheFindingsByWhatTheyAreOfAndTheMethods() {
    List<String> lines =
        new MarkdownReport().text(Report.of(Studies.typical())).orElseThrow().lines().toList();

    assertThat(lines)
        .contains(
            "# reviews on all-MiniLM-L6-v2",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            "| lora | 73,728 | 770 | 74,498 | 0.33% | 90.0 \\[86.7, 92.6\\] | 12.3 s | 601 MB | 1.00 \\[1.00, 1.00\\] | 1.00 \\[1.00, 1.00\\] | 299 kB |",
            "### Findings: latency")
        .anyMatch(line -> line.startsWith(METHODS))
        .anyMatch(line -> line.endsWith("cpu \\<Fast & \"Cheap\"\\>; device cpu."));
  }

  @Test
  void latexHasABooktabsTableAndTheMethods() {
    List<String> lines =
        new LatexReport().text(Report.of(Studies.typical())).orElseThrow().lines().toList();

    assertThat(lines)
        .contains(
            "\\begin{tabular}{lrrrrr}",
            " & \\multicolumn{3}{c}{trained parameters} &  &  \\\\",
            "\\cmidrule(lr){2-4}",
            "{}full & 22,565,376 & 770 & 22,566,146 & 100\\% & 90.0 [86.7, 92.6] \\\\",
            "{}full & 12.3 s & 826 MB & 1.00 [1.00, 1.00] & -- & 90.3 MB \\\\",
            "\\IfFileExists{\\graftfigures quality-by-tier.pdf}{%",
            "\\bottomrule")
        .anyMatch(line -> line.startsWith("\\paragraph{Methods.} " + METHODS))
        .anyMatch(line -> line.contains("cpu \\textless{}Fast \\& \"Cheap"));
  }

  @Test
  void aReportWithoutResultsHasNoTable() {
    StudyResult nothing = Studies.of(List.copyOf(Studies.typical().failures()), List.of());

    assertThat(new MarkdownReport().text(Report.of(nothing))).isEmpty();
    assertThat(new LatexReport().text(Report.of(nothing))).isEmpty();
  }
}
