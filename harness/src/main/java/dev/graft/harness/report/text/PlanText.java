package dev.graft.harness.report.text;

import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.List;

/** A plan for people. */
public final class PlanText {
  private static final int LINE_WIDTH = 100;
  private static final int WHERE = 2;

  private PlanText() {}

  /** The plan on one screen. */
  public static List<String> lines(PlanSummary plan) {
    PlanSummary.Batch batch = plan.batch();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %s, %s blocks of width %s, %s parameters"
            .formatted(
                plan.model(),
                plan.architecture(),
                plan.layers(),
                Units.count(plan.width()),
                Units.count(plan.parameters().host())));
    lines.add("stack: %s; head: %s".formatted(plan.stack(), plan.head()));
    lines.add(
        "batch: %s x %s tokens, %s".formatted(batch.rows(), batch.length(), batch.precision()));
    lines.add("");
    lines.addAll(TextTable.lines(sites(plan.sites()), WHERE, LINE_WIDTH));
    lines.add("");
    lines.addAll(TextTable.lines(parameters(plan.parameters()), 0, LINE_WIDTH));
    lines.add("");
    lines.addAll(TextTable.lines(memory(plan.bytes()), 0, LINE_WIDTH));
    lines.add("");
    lines.add(
        "A forward pass takes %s, %s a token."
            .formatted(
                Units.flops(plan.forwardFlops()),
                Units.flops(plan.forwardFlops() / batch.rows() / batch.length())));
    return lines;
  }

  private static ReportTable sites(List<SiteGroup> sites) {
    return new ReportTable(
        List.of(
            Column.left("method"),
            Column.left("target"),
            Column.left("where"),
            Column.right("", "shape"),
            Column.right("", "sites")),
        sites.stream()
            .map(s -> List.of(s.graft(), s.target(), s.where(), s.shape(), s.count()))
            .toList());
  }

  private static ReportTable parameters(PlanSummary.Parameters parameters) {
    List<List<String>> rows = new ArrayList<>();
    parameters.methods().forEach((graft, count) -> rows.add(row(graft, count, parameters.host())));
    if (parameters.methods().size() > 1) {
      rows.add(row("all methods", parameters.method(), parameters.host()));
    }
    rows.add(row("head", parameters.head(), parameters.host()));
    if (parameters.buffers() > 0) {
      rows.add(row("frozen, but saved", parameters.buffers(), parameters.host()));
    }
    return new ReportTable(
        List.of(
            Column.left("trained"),
            Column.right("", "parameters"),
            Column.right("", "of the host")),
        rows);
  }

  private static List<String> row(String what, long count, long host) {
    return List.of(what, Units.count(count), Units.share((double) count / host));
  }

  private static ReportTable memory(PlanSummary.Bytes bytes) {
    return new ReportTable(
        List.of(Column.left("training takes"), Column.right("", "memory")),
        List.of(
            List.of("weights of the host", Units.bytes(bytes.weights())),
            List.of("methods and head", Units.bytes(bytes.grafts())),
            List.of("gradients", Units.bytes(bytes.gradients())),
            List.of("optimiser", Units.bytes(bytes.optimizer())),
            List.of("activations (estimate)", Units.bytes(bytes.activations())),
            List.of("all of it, on a GPU", Units.bytes(bytes.training())),
            List.of("all of it, on a CPU", Units.bytes(bytes.trainingOnCpu()))));
  }
}
