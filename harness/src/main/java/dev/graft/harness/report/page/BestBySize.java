package dev.graft.harness.report.page;

import dev.graft.harness.measure.inference.Claims;
import dev.graft.harness.measure.inference.Claims.Answer;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.comparison.Comparison;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.comparison.Findings;
import dev.graft.harness.report.comparison.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The best arm of those with at most so many trained parameters, by powers of ten. */
final class BestBySize {
  private static final Comparator<Contender> BEST_THEN_SMALLEST =
      Comparator.<Contender>comparingDouble(arm -> -arm.quality().value())
          .thenComparing(arm -> arm.counts().total());

  private final Comparison comparison;
  private final Findings findings;

  private BestBySize(Report.Part part) {
    this.comparison = part.comparison();
    this.findings = part.findings().orElseThrow();
  }

  /** Absent where it would be of one size alone. */
  static Optional<ReportTable> of(Report.Part part) {
    return new BestBySize(part).table();
  }

  private Optional<ReportTable> table() {
    List<Contender> arms =
        comparison.pretrained().stream()
            .filter(arm -> !Double.isNaN(arm.quality().value()))
            .toList();
    long most = arms.stream().mapToLong(arm -> arm.counts().total()).max().orElse(0);
    List<List<String>> rows = new ArrayList<>();
    int before = 0;
    for (long limit = 10; limit / 10 < most; limit *= 10) {
      long size = limit;
      List<Contender> within = arms.stream().filter(arm -> arm.counts().total() <= size).toList();
      if (within.size() > before) {
        rows.add(row(size, within));
      }
      before = within.size();
    }
    return rows.size() < 2
        ? Optional.empty()
        : Optional.of(
            new ReportTable(
                List.of(
                    Column.left("trained parameters up to"),
                    Column.left("best arm"),
                    Column.right("", "its parameters"),
                    Column.right("", comparison.scale().heading()),
                    Column.right("", "others that it is shown to beat")),
                rows));
  }

  private List<String> row(long limit, List<Contender> arms) {
    Contender best = arms.stream().min(BEST_THEN_SMALLEST).orElseThrow();
    long beaten =
        arms.stream()
            .filter(
                arm ->
                    findings
                            .inference()
                            .corrected(findings.claims(), Answer.DIFFERENT, best.name(), arm.name())
                        < Claims.ALPHA)
            .count();
    return List.of(
        Units.count(limit),
        best.name(),
        Units.count(best.counts().total()),
        comparison.scale().bare(best.quality()),
        beaten + " of " + (arms.size() - 1));
  }
}
