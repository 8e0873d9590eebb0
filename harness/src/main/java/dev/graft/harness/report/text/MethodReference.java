package dev.graft.harness.report.text;

import dev.graft.harness.report.text.MethodListing.Entry;
import dev.graft.harness.report.text.MethodListing.SettingEntry;
import java.util.ArrayList;
import java.util.List;

/** A list of methods as a page of Markdown: the reference of their settings. */
public final class MethodReference {
  private MethodReference() {}

  /** The page, a table for each method. */
  public static String of(MethodListing listing) {
    List<String> lines = new ArrayList<>();
    lines.add("# Methods and their settings");
    lines.add("");
    lines.add(
        "Written by `graft methods --markdown`. On the command line settings follow a colon:"
            + " `lora:rank=4,alpha=8`.");
    for (Entry entry : listing.methods()) {
      lines.add("");
      lines.add("## " + entry.name());
      if (!entry.summary().isEmpty()) {
        lines.add("");
        lines.add(escaped(entry.summary()));
      }
      lines.add("");
      lines.add("* " + MethodsText.facts(entry));
      if (!entry.settings().isEmpty()) {
        lines.add("");
        lines.add("| setting | default | what it may be | meaning |");
        lines.add("| --- | --- | --- | --- |");
        entry.settings().forEach(setting -> lines.add(row(setting)));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static String row(SettingEntry setting) {
    return "| `%s` | `%s` | %s | %s |"
        .formatted(
            setting.name(),
            setting.defaultValue(),
            escaped(MethodsText.expected(setting)),
            escaped(setting.help()));
  }

  /** Text without the signs that mean something to Markdown. */
  private static String escaped(String text) {
    return text.replaceAll("([|*_<`\\\\\\[\\]])", "\\\\$1");
  }
}
