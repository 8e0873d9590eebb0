package dev.graft.harness.report.origin;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.Units;
import dev.graft.harness.report.comparison.Search;
import dev.graft.harness.study.ArmOutcome;
import dev.graft.harness.training.Rates;
import dev.graft.harness.trial.TrialFailure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Which settings tuning tried of each arm, and which it chose. */
public final class TriedSettings {
  public static final String HEADING = "Settings that were tried and chosen";

  private static final String RATE = "learning rate";
  private static final String HEAD = "learning rate of the head";
  private static final String TRIALS = "trials";

  private TriedSettings() {}

  /** A row an arm; rates of a stack's methods in its order. */
  public static ReportTable table(Search search) {
    boolean isOfMore = search.arms().stream().anyMatch(TriedSettings::triesStacks);
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.left("arm"),
                Column.right(TRIALS, "run"),
                Column.right(TRIALS, "failed"),
                Column.right(RATE, "tried"),
                Column.right(RATE, "chosen"),
                Column.right(HEAD, "tried"),
                Column.right(HEAD, "chosen")));
    if (isOfMore) {
      columns.add(Column.left("other settings chosen"));
    }
    return new ReportTable(columns, search.arms().stream().map(arm -> row(arm, isOfMore)).toList());
  }

  private static List<String> row(ArmOutcome arm, boolean isOfMore) {
    long failed = arm.tuning().stream().filter(TrialFailure.class::isInstance).count();
    List<Rates> tried = tried(arm);
    List<Rates> chosen = List.of(arm.arm().recipe().rates());
    List<String> row =
        new ArrayList<>(
            List.of(
                arm.name(),
                Units.count(arm.tuning().size()),
                Units.count(failed),
                ofMethods(tried),
                ofMethods(chosen),
                range(ofHeads(tried)),
                range(ofHeads(chosen))));
    if (isOfMore) {
      row.add(triesStacks(arm) ? arm.arm().method() : "-");
    }
    return row;
  }

  /** Of all arms, in a sentence. */
  static String sentence(Search search) {
    List<Rates> tried = search.arms().stream().flatMap(arm -> tried(arm).stream()).toList();
    List<Rates> chosen = search.arms().stream().map(arm -> arm.arm().recipe().rates()).toList();
    return "Learning rates that were tried: %s for methods, %s for the head; chosen: %s and %s."
        .formatted(
            range(ofAllMethods(tried)),
            range(ofHeads(tried)),
            range(ofAllMethods(chosen)),
            range(ofHeads(chosen)));
  }

  private static List<Rates> tried(ArmOutcome arm) {
    return arm.tuning().stream().map(trial -> trial.spec().arm().recipe().rates()).toList();
  }

  private static boolean triesStacks(ArmOutcome arm) {
    return arm.tuning().stream().map(trial -> trial.spec().arm().method()).distinct().count() > 1;
  }

  private static String ofMethods(List<Rates> rates) {
    int places = rates.stream().mapToInt(each -> each.methods().size()).max().orElse(0);
    return places == 0
        ? Rates.RECOMMENDED.toString()
        : IntStream.range(0, places)
            .mapToObj(
                place ->
                    range(
                        rates.stream()
                            .filter(each -> each.methods().size() > place)
                            .mapToDouble(each -> each.methods().get(place))))
            .collect(joining("; "));
  }

  private static DoubleStream ofAllMethods(List<Rates> rates) {
    return rates.stream().flatMap(each -> each.methods().stream()).mapToDouble(rate -> rate);
  }

  private static DoubleStream ofHeads(List<Rates> rates) {
    return rates.stream().mapToDouble(Rates::ofHead);
  }

  private static String range(DoubleStream rates) {
    DoubleSummaryStatistics found = rates.summaryStatistics();
    return found.getCount() == 0
        ? Rates.RECOMMENDED.toString()
        : Arrays.stream(new double[] {found.getMin(), found.getMax()})
            .distinct()
            .mapToObj(TriedSettings::written)
            .collect(joining(" to "));
  }

  private static String written(double rate) {
    return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
  }
}
