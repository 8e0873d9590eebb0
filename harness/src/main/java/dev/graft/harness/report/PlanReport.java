package dev.graft.harness.report;

import dev.graft.api.Graft;
import dev.graft.harness.report.Table.Column;
import dev.graft.model.Head;
import dev.graft.model.Plan;
import dev.graft.model.Stack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a stack on a host will cost: a plan in numbers, as {@code graft plan} shows it.
 *
 * @param model as it was named
 * @param stack without settings that have their defaults
 * @param head how the task head is built
 * @param batch what the activations and operations are for
 * @param sites where the methods act
 */
public record PlanReport(
    String model,
    String architecture,
    int layers,
    int width,
    String stack,
    String head,
    Batch batch,
    List<SiteGroup> sites,
    Parameters parameters,
    Bytes bytes,
    long forwardFlops) {
  private static final int LINE_WIDTH = 100;
  private static final int WHERE = 2;

  /** Sequences, the tokens of each, and the number format of the host and of what is computed. */
  public record Batch(int rows, int length, String precision) {}

  /**
   * Numbers of elements.
   *
   * @param methods what each graft trains, in the order of the stack
   * @param buffers what the grafts save but don't train
   * @param method what all grafts train
   */
  public record Parameters(
      long host, Map<String, Long> methods, long method, long buffers, long head, long total) {}

  /** What training keeps on the device. */
  public record Bytes(
      long weights, long grafts, long gradients, long optimizer, long activations, long training) {}

  /** A plan in numbers. */
  public static PlanReport of(String model, Plan plan) {
    Stack stack = plan.stack();
    Map<String, Long> methods = new LinkedHashMap<>();
    for (Graft graft : stack.grafts()) {
      methods.put(graft.name(), graft.trainedCount());
    }
    return new PlanReport(
        model,
        stack.host().architecture(),
        stack.host().layers(),
        stack.host().width(),
        stack.toString(),
        head(stack.head()),
        new Batch(plan.rows(), plan.length(), plan.precision().toString()),
        SiteGroup.of(stack),
        new Parameters(
            plan.hostParameters(),
            methods,
            plan.methodParameters(),
            plan.bufferParameters(),
            plan.headParameters(),
            plan.methodParameters() + plan.headParameters()),
        new Bytes(
            plan.weightBytes(),
            plan.graftBytes(),
            plan.gradientBytes(),
            plan.optimizerBytes(),
            plan.activationBytes(),
            plan.trainingBytes()),
        plan.forwardFlops());
  }

  /** A head in words. */
  static String head(Head head) {
    if (head.isLanguageModel()) {
      return "language model";
    }
    String layout = head.layout().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return head.isRegression()
        ? "score (%s)".formatted(layout)
        : "%d labels (%s)".formatted(head.labels().size(), layout);
  }

  /** The plan on one screen. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %s, %d blocks of width %s, %s parameters"
            .formatted(
                model, architecture, layers, Units.count(width), Units.count(parameters.host())));
    lines.add("stack: %s; head: %s".formatted(stack, head));
    lines.add(
        "batch: %d x %d tokens, %s".formatted(batch.rows(), batch.length(), batch.precision()));
    lines.add("");
    lines.addAll(TextTable.lines(siteTable(), WHERE, LINE_WIDTH));
    lines.add("");
    lines.addAll(TextTable.lines(parameterTable(), 0, LINE_WIDTH));
    lines.add("");
    lines.addAll(TextTable.lines(byteTable(), 0, LINE_WIDTH));
    lines.add("");
    lines.add(
        "A forward pass takes %s, %s a token."
            .formatted(
                Units.flops(forwardFlops),
                Units.flops(forwardFlops / batch.rows() / batch.length())));
    return lines;
  }

  private Table siteTable() {
    return new Table(
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

  private Table parameterTable() {
    List<List<String>> rows = new ArrayList<>();
    parameters.methods().forEach((graft, count) -> rows.add(row(graft, count)));
    if (parameters.methods().size() > 1) {
      rows.add(row("all methods", parameters.method()));
    }
    rows.add(row("head", parameters.head()));
    if (parameters.buffers() > 0) {
      rows.add(row("frozen, but saved", parameters.buffers()));
    }
    return new Table(
        List.of(
            Column.left("trained"),
            Column.right("", "parameters"),
            Column.right("", "of the host")),
        rows);
  }

  private List<String> row(String what, long count) {
    return List.of(what, Units.count(count), Units.share((double) count / parameters.host()));
  }

  private Table byteTable() {
    return new Table(
        List.of(Column.left("training takes"), Column.right("", "memory")),
        List.of(
            List.of("weights of the host", Units.bytes(bytes.weights())),
            List.of("methods and head", Units.bytes(bytes.grafts())),
            List.of("gradients", Units.bytes(bytes.gradients())),
            List.of("optimiser", Units.bytes(bytes.optimizer())),
            List.of("activations (estimate)", Units.bytes(bytes.activations())),
            List.of("all of it", Units.bytes(bytes.training()))));
  }
}
