package dev.graft.harness.report.text;

import dev.graft.harness.objective.Overview;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.List;

/** What was understood of data, in lines. */
public final class OverviewText {
  private static final int MOST_CLASSES = 20;
  private static final int MOST_DOUBLES = 3;

  private OverviewText() {}

  /**
   * The notes, a line a split, the classes, and what is in two splits.
   *
   * @param maxLength the number of tokens that was asked for
   */
  public static List<String> lines(Overview overview, int maxLength) {
    List<String> lines = new ArrayList<>();
    overview.notes().forEach(note -> lines.add("%s: %s".formatted(overview.name(), note)));
    overview.parts().stream()
        .filter(part -> part.examples() > 0)
        .forEach(part -> lines.add(line(part, overview.maxLength())));
    boolean isCut = overview.parts().stream().anyMatch(part -> part.cut() > 0);
    if (isCut && overview.maxLength() < maxLength) {
      lines.add(
          "  %s tokens of a text are read at most: the model has positions for no more"
              .formatted(overview.maxLength()));
    }
    if (!overview.classes().isEmpty()) {
      List<String> classes = new ArrayList<>();
      overview
          .classes()
          .forEach((label, count) -> classes.add("%s (%s)".formatted(label, Units.count(count))));
      lines.add("  classes: " + some(classes, MOST_CLASSES));
    }
    if (!overview.doubles().isEmpty()) {
      lines.add(
          "  in the training split as well as to be judged by: %s (%s)"
              .formatted(
                  Units.count(overview.doubles().size()), some(overview.doubles(), MOST_DOUBLES)));
    }
    return lines;
  }

  private static String line(Overview.Part part, int maxLength) {
    if (part.measured() == 0) {
      return "  %s: %s".formatted(part.split(), Units.count(part.examples(), "example"));
    }
    String cut =
        part.cut() == 0
            ? "none is cut"
            : "%s cut at %s tokens".formatted(Units.count(part.cut()), maxLength);
    return "  %s: %s examples; %stokens: median %s, most %s; %s"
        .formatted(
            part.split(),
            Units.count(part.examples()),
            part.measured() == part.examples()
                ? ""
                : "of %s looked at, ".formatted(Units.count(part.measured())),
            part.median(),
            part.longest(),
            cut);
  }

  private static String some(List<String> parts, int most) {
    String shown = String.join(", ", parts.subList(0, Math.min(most, parts.size())));
    return parts.size() <= most
        ? shown
        : "%s and %s more".formatted(shown, Units.count(parts.size() - most));
  }
}
