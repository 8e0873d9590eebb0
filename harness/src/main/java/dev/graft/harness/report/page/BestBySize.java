package dev.graft.harness.report.page;

import dev.graft.harness.report.ArmList;
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
    Optional<Contender> leader = Optional.empty();
    for (long limit = 10; limit / 10 < most; limit *= 10) {
      long size = limit;
      List<Contender> within = arms.stream().filter(arm -> arm.counts().total() <= size).toList();
      if (within.size() > before) {
        Contender best = within.stream().min(BEST_THEN_SMALLEST).orElseThrow();
        if (leader.equals(Optional.of(best))) {
          rows.remove(rows.size() - 1); // The larger size says more of it.
        }
        leader = Optional.of(best);
        rows.add(row(size, best, within));
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
                    Column.right("", "others that it is shown to beat"),
                    Column.left("not shown to differ from it")),
                rows));
  }

  private List<String> row(long limit, Contender best, List<Contender> arms) {
    List<Contender> others = new ArrayList<>(arms);
    others.remove(best);
    List<Contender> rivals =
        others.stream().filter(arm -> !areDifferent(best, arm)).sorted(BEST_THEN_SMALLEST).toList();
    ArmList listed = new ArmList(comparison.scale()::value);
    rivals.forEach(arm -> listed.add(arm.name(), arm.quality().value()));
    return List.of(
        Units.count(limit),
        best.name(),
        Units.count(best.counts().total()),
        comparison.scale().bare(best.quality()),
        others.size() - rivals.size() + " of " + others.size(),
        listed.toString());
  }

  private boolean areDifferent(Contender best, Contender arm) {
    return findings.inference().areDifferent(findings.claims(), best.name(), arm.name());
  }
}
