package dev.graft.harness.report.text;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.model.Inspection;
import dev.graft.harness.model.Inspection.Part;
import dev.graft.harness.model.TensorGroup;
import dev.graft.harness.report.ReportTable;
import dev.graft.harness.report.ReportTable.Column;
import dev.graft.harness.report.TextTable;
import dev.graft.harness.report.Units;
import dev.graft.model.HeadOrigin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An inspection for people. */
public final class InspectionText {
  private static final int LINE_WIDTH = 100;

  private InspectionText() {}

  /** Facts, then each part with its tensors, then the provenance. */
  public static List<String> lines(Inspection inspection) {
    List<String> lines = new ArrayList<>();
    lines.add("%s: %s".formatted(inspection.folder(), inspection.kind()));
    lines.addAll(pairs(inspection.facts()));
    if (!inspection.head().isEmpty()) {
      lines.add("");
      lines.add("task head");
      Map<String, String> origins = new LinkedHashMap<>();
      inspection.head().forEach(origin -> origins.put(origin.tensor(), origin(origin)));
      lines.addAll(pairs(origins));
    }
    for (Part part : inspection.parts()) {
      lines.add("");
      lines.add(
          "%s: %s parameters, %s"
              .formatted(part.name(), Units.count(part.elements()), Units.bytes(part.bytes())));
      if (!part.settings().isEmpty()) {
        lines.addAll(
            TextTable.wrap(
                    part.settings().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(joining(", ")),
                    LINE_WIDTH - 2)
                .stream()
                .map(line -> "  " + line)
                .toList());
      }
      lines.add("  fingerprint " + part.fingerprint() + (part.isAsSaved() ? "" : ", NOT as saved"));
      if (!part.tensors().isEmpty()) {
        TextTable.lines(tensors(part.tensors()), 0, LINE_WIDTH - 2)
            .forEach(line -> lines.add("  " + line));
      }
    }
    if (!inspection.provenance().isEmpty()) {
      lines.add("");
      lines.add("provenance");
      lines.addAll(pairs(inspection.provenance()));
    }
    return lines;
  }

  private static String origin(HeadOrigin origin) {
    return switch (origin.source()) {
      case ADAPTER -> "of the adapter";
      case CHECKPOINT -> "of the model's checkpoint";
      case DRAWN -> "drawn at random: " + origin.reason().orElseThrow();
    };
  }

  private static List<String> pairs(Map<String, String> pairs) {
    int width = pairs.keySet().stream().mapToInt(String::length).max().orElse(0);
    return pairs.entrySet().stream()
        .map(entry -> "  %s  %s".formatted(pad(entry.getKey(), width), entry.getValue()))
        .toList();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static ReportTable tensors(List<TensorGroup> groups) {
    return new ReportTable(
        List.of(
            Column.left("tensor"),
            Column.right("", "shape"),
            Column.right("", "type"),
            Column.right("", "tensors"),
            Column.right("", "parameters")),
        groups.stream()
            .map(
                group ->
                    List.of(
                        group.name(),
                        group.shape().stream().map(Units::count).collect(joining(" x ")),
                        group.type().name(),
                        Units.count(group.tensors()),
                        Units.count(group.elements())))
            .toList());
  }
}
