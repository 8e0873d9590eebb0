package dev.graft.harness.report.figure;

import dev.graft.harness.report.comparison.Contender;
import dev.graft.methods.Methods;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Arms that differ in the number that one setting has, and in nothing else.
 *
 * @param setting its name
 */
record Sweep(String setting, List<Line> lines) {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

  /**
   * Arms that are alike but for the setting.
   *
   * @param name what they have in common
   */
  record Line(String name, List<Point> points) {}

  /**
   * One of them.
   *
   * @param arm its index
   */
  record Point(double value, int arm) {}

  /**
   * An arm.
   *
   * @param settings by name as they were asked for, defaults included
   */
  private record Declared(String name, Map<String, String> settings) {}

  /** Each setting by which arms can be lined up, with those that two at least share. */
  static List<Sweep> of(List<Contender> contenders) {
    ArmSettings known = new ArmSettings(Methods.installed());
    List<Declared> arms =
        contenders.stream().map(arm -> new Declared(arm.name(), known.of(arm.arm()))).toList();
    Set<String> settings = new LinkedHashSet<>();
    arms.forEach(arm -> settings.addAll(arm.settings().keySet()));
    List<Sweep> sweeps = new ArrayList<>();
    for (String setting : settings) {
      List<Line> lines = lines(arms, setting);
      if (!lines.isEmpty()) {
        sweeps.add(new Sweep(setting, lines));
      }
    }
    return sweeps;
  }

  private static List<Line> lines(List<Declared> arms, String setting) {
    Map<Map<String, String>, List<Point>> alike = new LinkedHashMap<>();
    for (int i = 0; i < arms.size(); i++) {
      Map<String, String> others = new LinkedHashMap<>(arms.get(i).settings());
      String value = others.remove(setting);
      if (value != null && NUMBER.matcher(value).matches()) {
        alike
            .computeIfAbsent(others, key -> new ArrayList<>())
            .add(new Point(Double.parseDouble(value), i));
      }
    }
    return alike.values().stream()
        .filter(points -> points.stream().mapToDouble(Point::value).distinct().count() > 1)
        .map(points -> line(arms, setting, points))
        .toList();
  }

  private static Line line(List<Declared> arms, String setting, List<Point> points) {
    Declared first = arms.get(points.get(0).arm());
    String pair = Pattern.quote(setting + "=" + first.settings().get(setting));
    String name =
        first.name().replaceFirst(pair + ",", "").replaceFirst("[:,]" + pair + "(?![^,+( ])", "");
    return new Line(name, points.stream().sorted(Comparator.comparing(Point::value)).toList());
  }
}
