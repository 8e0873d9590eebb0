package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.ExpectedBest;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.Scale;
import dev.graft.harness.study.ArmOutcome;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.TrialResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How the settings of the arms were chosen: what each got for its budget.
 *
 * @param arms that were tuned
 */
public record Search(Tuning tuning, List<ArmOutcome> arms) {
  /** From one column of the table to the next there are this many times the trials. */
  private static final int BUDGETS = 4;

  /** The same from one point of a curve to the next. */
  private static final double CURVE = 1.4;

  private static final String NONE = "-";

  /** A row an arm: what was chosen, and what is expected of fewer trials. */
  public ReportTable table(Scale scale) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.left("arm"));
    columns.add(Column.right("", "learning rate"));
    columns.add(Column.right("", "head's"));
    columns.add(Column.right("best validation " + scale.heading(), "found"));
    for (int budget : budgets()) {
      columns.add(
          Column.right(
              "best validation %s expected of".formatted(scale.heading()),
              budget == 1 ? "1 trial" : budget + " trials"));
    }
    return new ReportTable(columns, arms.stream().map(arm -> row(arm, scale)).toList());
  }

  private List<String> row(ArmOutcome arm, Scale scale) {
    ExpectedBest search = search(arm);
    List<String> row = new ArrayList<>();
    row.add(arm.name() + settings(arm));
    row.add(arm.arm().recipe().rates().toString());
    row.add(String.valueOf(arm.arm().recipe().rates().ofHead()));
    row.add(Double.isNaN(search.best()) ? NONE : scale.bare(search.best()));
    search.estimates(budgets()).forEach(expected -> row.add(scale.bare(expected)));
    return row;
  }

  /** The stack that was chosen, where it is not the one that the arm is called by. */
  private static String settings(ArmOutcome arm) {
    Arm chosen = arm.arm();
    boolean isTold = arm.tuning().stream().map(t -> t.spec().arm().method()).distinct().count() < 2;
    return isTold ? "" : " (" + chosen.method() + ")";
  }

  /** Of the trials that went to the end, which alone can be compared. */
  private static ExpectedBest search(ArmOutcome arm) {
    return new ExpectedBest(
        arm.tuning().stream()
            .filter(trial -> trial.spec().until().isEmpty())
            .mapToDouble(
                trial -> trial instanceof TrialResult result ? result.validated() : Double.NaN)
            .toArray());
  }

  /** Of trials that were stopped early nobody knows what they would have reached. */
  private List<Integer> budgets() {
    return budgets(BUDGETS);
  }

  /** Numbers of trials, each so many times the one before at least, up to all; none if halved. */
  private List<Integer> budgets(double factor) {
    if (tuning.halving().isPresent()) {
      return List.of();
    }
    List<Integer> budgets = new ArrayList<>();
    for (int budget = 1; budget < tuning.trials(); ) {
      budgets.add(budget);
      budget = (int) Math.max(budget + 1, Math.round(factor * budget));
    }
    budgets.add(tuning.trials());
    return budgets;
  }

  /** The best validation that is expected of each budget, by budget; none if halved. */
  public Map<Integer, Estimate> curve(String arm) {
    List<Integer> budgets = budgets(CURVE);
    Map<Integer, Estimate> curve = new LinkedHashMap<>();
    arms.stream()
        .filter(each -> each.name().equals(arm))
        .map(Search::search)
        .filter(search -> !Double.isNaN(search.best()))
        .map(search -> search.estimates(budgets))
        .forEach(
            found ->
                IntStream.range(0, budgets.size())
                    .forEach(i -> curve.put(budgets.get(i), found.get(i))));
    return curve;
  }

  /** What was spent. */
  public String budget() {
    return "Every arm had %s trials to tune it, %s, judged by the validation split alone%s."
        .formatted(
            tuning.trials(),
            tuning.search() == Tuning.Search.RANDOM
                ? "drawn at random with seed " + tuning.seed()
                : "on a grid",
            tuning
                .halving()
                .map(
                    factor ->
                        "; of %s trials one went on, and was trained so many times longer"
                            .formatted(factor))
                .orElse(""));
  }

  /** What was spent, and who leads at which budget. */
  List<String> findings() {
    List<String> sentences = new ArrayList<>(List.of(budget()));
    if (arms.size() > 1 && tuning.halving().isEmpty()) {
      sentences.add(
          "By the best validation that is expected of a budget of trials, "
              + String.join("; ", leaders())
              + ".");
    }
    return sentences;
  }

  /** Which arm leads from how many trials to how many. */
  private List<String> leaders() {
    Map<String, ExpectedBest> searches = new LinkedHashMap<>();
    arms.forEach(arm -> searches.put(arm.name(), search(arm)));
    searches.values().removeIf(search -> Double.isNaN(search.best()));
    List<String> leaders =
        IntStream.rangeClosed(1, tuning.trials())
            .mapToObj(budget -> leader(searches, budget))
            .toList();
    List<String> ranges = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= leaders.size(); i++) {
      if (i == leaders.size() || !leaders.get(i).equals(leaders.get(first))) {
        ranges.add(
            "%s leads at %s"
                .formatted(
                    leaders.get(first),
                    first + 1 == i ? several(i) : (first + 1) + " to " + several(i)));
        first = i;
      }
    }
    return ranges;
  }

  private static String several(int trials) {
    return trials == 1 ? "1 trial" : trials + " trials";
  }

  private static String leader(Map<String, ExpectedBest> searches, int budget) {
    return searches.entrySet().stream()
        .max(Comparator.comparingDouble(search -> search.getValue().mean(budget)))
        .map(Map.Entry::getKey)
        .orElse("none");
  }
}
