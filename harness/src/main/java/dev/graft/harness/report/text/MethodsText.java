package dev.graft.harness.report.text;

import static java.util.stream.Collectors.joining;

import dev.graft.api.settings.TuningRange;
import dev.graft.files.Folders;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.text.MethodListing.Entry;
import dev.graft.harness.report.text.MethodListing.SettingEntry;
import dev.graft.parts.Parts;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A list of methods for a screen. */
public final class MethodsText {
  private static final int LINE_WIDTH = 120;
  private static final String INDENT = "  ";
  private static final int MEANING = 1;

  private MethodsText() {}

  /** The list, at most 120 characters a line but where a name or a message is longer. */
  public static List<String> lines(MethodListing listing) {
    List<String> lines = new ArrayList<>();
    listing.methods().forEach(entry -> lines.addAll(method(entry)));
    lines.add(
        listing.methods().isEmpty()
            ? "No methods are installed."
            : "In --methods: lora:rank=4,alpha=8,houlsby,lora+prefix-tuning");
    if (!listing.others().isEmpty()) {
      lines.add("");
      lines.add("Beside methods:");
      for (MethodListing.Other other : listing.others()) {
        lines.add(
            INDENT + "%s %s  (%s)".formatted(other.kind(), other.name(), fileName(other.origin())));
      }
    }
    for (Parts.Broken broken : listing.broken()) {
      lines.add("");
      lines.addAll("Can't be used: %s".formatted(broken).lines().toList());
    }
    if (!listing.withoutMethod().isEmpty()) {
      lines.add("");
      lines.add("Without a method, for other plugins to use (or their service file is missing):");
      listing.withoutMethod().forEach(jar -> lines.add(INDENT + jar));
    }
    return lines;
  }

  private static List<String> method(Entry entry) {
    List<String> lines = new ArrayList<>();
    lines.add("%s  (%s)".formatted(entry.name(), fileName(entry.origin())));
    if (!entry.summary().isEmpty()) {
      TextTable.wrap(entry.summary(), LINE_WIDTH - INDENT.length())
          .forEach(line -> lines.add(INDENT + line));
    }
    lines.add(INDENT + facts(entry));
    if (!entry.settings().isEmpty()) {
      TextTable.lines(settings(entry), MEANING, LINE_WIDTH - INDENT.length())
          .forEach(line -> lines.add(INDENT + line));
    }
    lines.add("");
    return lines;
  }

  /** The learning rate, as it is for 1,000 steps on a host of width 384, and the traits. */
  static String facts(Entry entry) {
    return "learning rate "
        + plain(entry.learningRate())
        + ", tuned "
        + range(entry.learningRates())
        + entry.traits().stream().map(trait -> ", " + trait).collect(joining());
  }

  static String range(TuningRange range) {
    return "from %s to %s".formatted(plain(range.low()), plain(range.high()));
  }

  private static String plain(double number) {
    return BigDecimal.valueOf(number)
        .round(new MathContext(3))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** What a setting may be, and where it is looked for. */
  static String expected(SettingEntry setting) {
    return setting.expected() + setting.tuning().map(range -> "; tuned " + range(range)).orElse("");
  }

  private static ReportTable settings(Entry entry) {
    return new ReportTable(
        List.of(Column.left("setting=default"), Column.left("meaning (what it may be)")),
        entry.settings().stream()
            .map(
                setting ->
                    List.of(
                        setting.name() + "=" + setting.defaultValue(),
                        "%s (%s)".formatted(setting.help(), expected(setting))))
            .toList());
  }

  private static String fileName(String origin) {
    Path file = Folders.named(origin).getFileName();
    return origin.endsWith(".jar") && file != null ? file.toString() : origin;
  }
}
