package dev.graft.harness.cli;

import static java.util.stream.Collectors.joining;

import dev.graft.api.Methods;
import dev.graft.api.Setting;
import dev.graft.harness.report.Table;
import dev.graft.harness.report.Table.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.store.Json;
import dev.graft.harness.wiring.Harness;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code graft methods}. */
@Command(
    name = "methods",
    description = "List the methods that are installed: where each comes from, and its settings.")
final class MethodsCommand implements Callable<Integer> {
  private static final int LINE_WIDTH = 118;
  private static final int MEANING = 1;

  private final Terminal terminal;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  MethodsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Listing listing = Listing.of(new Harness().methods());
    if (json) {
      terminal.out().println(Json.page(listing));
    } else {
      print(listing);
    }
    return ExitCode.OK;
  }

  private void print(Listing listing) {
    PrintStream out = terminal.out();
    for (Entry entry : listing.methods()) {
      out.printf("%s  (%s)%n", entry.name(), fileName(entry.origin()));
      out.printf(
          "  learning rate %s%s%n",
          BigDecimal.valueOf(entry.learningRate()).stripTrailingZeros().toPlainString(),
          entry.traits().stream().map(trait -> ", " + trait).collect(joining()));
      if (!entry.settings().isEmpty()) {
        TextTable.lines(settings(entry), MEANING, LINE_WIDTH)
            .forEach(line -> out.println("  " + line));
      }
      out.println();
    }
    out.println(
        listing.methods().isEmpty()
            ? "No methods are installed."
            : "In --methods: %s".formatted("lora:rank=4,alpha=8,houlsby,lora+prefix-tuning"));
    for (Methods.Broken broken : listing.broken()) {
      out.printf("%nCan't be used: %s%n  %s%n", broken.provider(), broken.reason());
    }
  }

  private static Table settings(Entry entry) {
    return new Table(
        List.of(Column.left("setting=default"), Column.left("meaning (what it may be)")),
        entry.settings().stream()
            .map(
                setting ->
                    List.of(
                        setting.name() + "=" + setting.defaultValue(),
                        "%s (%s)".formatted(setting.help(), setting.expected())))
            .toList());
  }

  private static String fileName(String origin) {
    Path file = Path.of(origin).getFileName();
    return origin.endsWith(".jar") && file != null ? file.toString() : origin;
  }

  /** What the JSON shows. */
  private record Listing(List<Entry> methods, List<Methods.Broken> broken) {
    static Listing of(Methods methods) {
      return new Listing(methods.all().stream().map(Entry::of).toList(), methods.broken());
    }
  }

  private record Entry(
      String name,
      String origin,
      double learningRate,
      List<String> traits,
      List<SettingEntry> settings) {
    static Entry of(Methods.Installed installed) {
      return new Entry(
          installed.method().name(),
          installed.origin(),
          installed.method().learningRate(),
          installed.method().traits().stream().sorted().map(Setting::written).toList(),
          installed.method().settings().settings().stream().map(SettingEntry::of).toList());
    }
  }

  private record SettingEntry(String name, String defaultValue, String expected, String help) {
    static SettingEntry of(Setting<?> setting) {
      return new SettingEntry(
          setting.name(), Setting.written(setting.defaultValue()), setting.type(), setting.help());
    }
  }
}
