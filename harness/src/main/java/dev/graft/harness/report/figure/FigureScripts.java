package dev.graft.harness.report.figure;

import dev.graft.harness.report.Resources;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scripts that draw figures with ECharts, and the colours that they draw in. */
public final class FigureScripts {
  private static final List<String> NAMES =
      List.of("drawing.js", "labels.js", "figures.js", "stills.js");

  private FigureScripts() {}

  /** By name, in the order in which they are read. */
  public static Map<String, String> all() {
    Map<String, String> scripts = new LinkedHashMap<>();
    NAMES.forEach(name -> scripts.put(name, Resources.beside(FigureScripts.class, name)));
    return scripts;
  }

  /** A style sheet. */
  public static String colours() {
    return Resources.beside(FigureScripts.class, "colours.css");
  }
}
