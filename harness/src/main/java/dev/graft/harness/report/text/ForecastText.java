package dev.graft.harness.report.text;

import dev.graft.files.Folders;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.Units;
import dev.graft.harness.study.forecast.ArmForecast;
import dev.graft.harness.study.forecast.StudyForecast;
import java.util.ArrayList;
import java.util.List;

/** What a study will take, for people. */
public final class ForecastText {
  private static final int LINE_WIDTH = 140;

  private ForecastText() {}

  /** The data, the arms, one a line, and all of it. */
  public static List<String> lines(StudyForecast study) {
    List<String> lines = new ArrayList<>();
    study.tasks().forEach(task -> lines.addAll(OverviewText.lines(task, task.maxLength())));
    lines.add("");
    lines.addAll(TextTable.lines(table(study), 0, LINE_WIDTH));
    lines.add("");
    lines.add(
        study.tuning() == 0
            ? "%s of %s in all; nothing is tuned"
                .formatted(Units.count(study.trials(), "trial"), Units.count(study.steps(), "step"))
            : "%s of %s in all: %s that are reported, and at most %s that settings are%s"
                .formatted(
                    Units.count(study.trials(), "trial"),
                    Units.count(study.steps(), "step"),
                    Units.count(study.trials() - study.tuning()),
                    Units.count(study.tuning()),
                    isHalved(study) ? " chosen by, counted anew at each rung" : " chosen by"));
    study.general().map(ForecastText::forgetting).ifPresent(lines::add);
    lines.add("memory: an estimate for training, at full batches of texts of the maximum length");
    lines.add(
        study
            .seconds()
            .map(
                seconds ->
                    "time: about %s for all training steps, one trial after the other, without"
                        .concat(" loading and evaluating")
                        .formatted(Units.seconds(seconds)))
            .orElse("time: not forecast; --measure N runs N real training steps for that"));
    return lines;
  }

  private static String forgetting(StudyForecast.General general) {
    return "forgetting: measured in each reported trial, before and after, on %s of %s of %s, of at most %s each%s"
        .formatted(
            Units.count(Math.min(general.passages(), general.spec().passages())),
            Units.count(general.passages(), "passage"),
            Folders.named(general.spec().text()).getFileName(),
            Units.count(general.spec().length(), "token"),
            general.unseen().isEmpty()
                ? ""
                : "; whether there is the head for it is seen when they are downloaded: "
                    + String.join(", ", general.unseen()));
  }

  private static boolean isHalved(StudyForecast study) {
    return study.arms().stream().anyMatch(arm -> arm.tuning().rungs().size() > 1);
  }

  private static ReportTable table(StudyForecast study) {
    boolean isTimed = study.seconds().isPresent();
    List<Column> columns =
        new ArrayList<>(
            List.of(
                Column.left("arm"),
                Column.right("parameters", "methods"),
                Column.right("parameters", "head"),
                Column.right("parameters", "total"),
                Column.right("a trial", "steps"),
                Column.right("a trial", "memory")));
    if (isTimed) {
      columns.add(Column.right("a trial", "time"));
    }
    return new ReportTable(columns, study.arms().stream().map(ForecastText::row).toList());
  }

  private static List<String> row(ArmForecast arm) {
    List<String> row =
        new ArrayList<>(
            List.of(
                arm.name(),
                Units.count(arm.method()),
                Units.count(arm.head()),
                Units.count(arm.method() + arm.head()),
                Units.count(arm.steps()),
                Units.bytes(arm.bytes())));
    arm.seconds().map(Units::seconds).ifPresent(row::add);
    return row;
  }
}
