package dev.graft.harness.cli;

import dev.graft.api.GraftException;
import dev.graft.api.Methods;
import dev.graft.conformance.Check;
import dev.graft.conformance.Conformance;
import dev.graft.conformance.Violation;
import dev.graft.harness.wiring.Harness;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code graft methods check}. */
@Command(
    name = "check",
    description =
        "Check that methods keep the rules of the contract, on tiny random hosts of every"
            + " architecture, on the processor.")
final class MethodsCheckCommand implements Callable<Integer> {
  private static final String ANEW = "\r\033[K";

  private final Terminal terminal;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Installed methods (default: all of them).")
  private List<String> names = List.of();

  @Option(
      names = "--full",
      description = "Every check and every pair of methods on every host: minutes, not seconds.")
  private boolean full;

  MethodsCheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Methods methods = new Harness().methods();
    List<String> checked =
        names.isEmpty() ? methods.all().stream().map(each -> each.method().name()).toList() : names;
    checked.forEach(methods::get);
    List<Methods.Broken> broken = names.isEmpty() ? methods.broken() : List.of();
    boolean conform = broken.isEmpty();
    for (String name : checked) {
      Conformance kit = Conformance.of(methods.get(name), methods);
      conform &= check(name, full ? kit.full() : kit);
    }
    broken.forEach(each -> terminal.out().println("Can't be used: " + each));
    return conform ? ExitCode.OK : GraftException.Kind.PLUGIN.exitCode();
  }

  private boolean check(String name, Conformance kit) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    PrintStream out = terminal.out();
    int failed = 0;
    out.println(name);
    for (Check check : kit.checks()) {
      show(check.name());
      int[] count = counts.computeIfAbsent(check.rule(), rule -> new int[2]);
      count[0]++;
      try {
        check.run();
      } catch (Violation violation) {
        count[1]++;
        failed++;
        show("");
        out.println(violation.getMessage().indent(2).stripTrailing());
      }
    }
    show("");
    counts.forEach(
        (rule, count) ->
            out.printf(
                "  %-12s %4d %s%n",
                rule,
                count[0],
                count[1] == 0 ? "passed" : "checked, %d failed".formatted(count[1])));
    kit.refusals().forEach(refusal -> out.println("  " + firstLine(refusal.toString())));
    out.printf(
        "  %s%n%n",
        failed == 0
            ? "%s keeps all rules in %d checks.".formatted(name, kit.checks().size())
            : "%s breaks rules in %d of %d checks.".formatted(name, failed, kit.checks().size()));
    return failed == 0;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElseThrow();
  }

  /** What is being done, on a screen. */
  private void show(String what) {
    if (terminal.isInteractive()) {
      terminal.err().print(ANEW + what);
      terminal.err().flush();
    }
  }
}
