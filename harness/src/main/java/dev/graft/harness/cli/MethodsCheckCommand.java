package dev.graft.harness.cli;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import dev.graft.conformance.Check;
import dev.graft.conformance.Conformance;
import dev.graft.conformance.Violation;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.parts.Parts;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft methods check}. */
@Command(
    name = "check",
    description =
        "Check that methods keep the rules of the contract, on tiny random hosts of every"
            + " architecture, on the processor.")
final class MethodsCheckCommand implements Callable<Integer> {
  private static final String ANEW = "\r\033[K";

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "METHOD",
      arity = "0..*",
      description =
          "Installed methods, with settings if other than the defaults are meant: lora:dora=true"
              + " (default: all of them).")
  private List<String> methods = List.of();

  @Option(
      names = "--full",
      description = "Every check and every pair of methods on every host: minutes, not seconds.")
  private boolean full;

  MethodsCheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Methods installed = new Harness().methods();
    List<String> names =
        methods.isEmpty()
            ? installed.all().stream().map(each -> each.method().spec().name()).toList()
            : methods;
    List<StackSpec.Item> items = names.stream().map(text -> one(text, installed)).toList();
    List<Parts.Broken> broken = methods.isEmpty() ? installed.broken() : List.of();
    boolean conform = broken.isEmpty();
    for (StackSpec.Item item : items) {
      Conformance kit = Conformance.of(item.method(), installed).with(item.settings().written());
      conform &= check(item.toString(), full ? kit.full() : kit);
    }
    broken.forEach(each -> terminal.out().println("Can't be used: " + each));
    return conform ? ExitCode.OK : GraftException.Kind.PLUGIN.exitCode();
  }

  private static StackSpec.Item one(String text, Methods installed) {
    List<StackSpec.Item> items = StackSpec.parse(text, installed).items();
    if (items.size() != 1) {
      throw GraftException.input(
              "Methods are checked one by one, and each in stacks with the others.")
          .expected("a method, with or without settings")
          .found(text);
    }
    return items.get(0);
  }

  private boolean check(String name, Conformance kit) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    Set<String> told = new HashSet<>();
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
        if (told.add(withoutFirstLine(violation.getMessage()))) {
          out.println(violation.getMessage().indent(2).stripTrailing());
          if (spec.root().optionsMap().get("--debug").<Boolean>getValue()) {
            violation.printStackTrace(terminal.err());
          }
        }
      }
    }
    if (failed > told.size()) {
      out.printf(Locale.ROOT, "  (%s more checks fail in the same ways.)%n", failed - told.size());
    }
    show("");
    counts.forEach(
        (rule, count) ->
            out.printf(
                Locale.ROOT,
                "  %-12s %4d %s%n",
                rule,
                count[0],
                count[1] == 0 ? "passed" : "checked, %s failed".formatted(count[1])));
    kit.refusals().forEach(refusal -> out.println("  " + firstLine(refusal.toString())));
    out.printf(
        Locale.ROOT,
        "  %s%n%n",
        failed == 0
            ? "%s keeps all rules in %s checks.".formatted(name, kit.checks().size())
            : "%s breaks rules in %s of %s checks.".formatted(name, failed, kit.checks().size()));
    return failed == 0;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElseThrow();
  }

  /** What was found, without the rule and the host that found it. */
  private static String withoutFirstLine(String text) {
    return text.lines().skip(1).collect(joining("\n"));
  }

  /** What is being done, on a screen. */
  private void show(String what) {
    if (terminal.isInteractive()) {
      terminal.err().print(ANEW + what);
      terminal.err().flush();
    }
  }
}
