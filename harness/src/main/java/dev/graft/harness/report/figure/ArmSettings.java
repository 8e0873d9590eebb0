package dev.graft.harness.report.figure;

import dev.graft.api.settings.Brackets;
import dev.graft.harness.report.ArmList;
import dev.graft.harness.trial.Arm;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an arm was set to, by name. */
final class ArmSettings {
  private final Methods methods;

  /**
   * Knows the defaults of methods.
   *
   * @param methods that are installed
   */
  ArmSettings(Methods methods) {
    this.methods = methods;
  }

  /**
   * Those of its methods, its training and its host. Of a method that is not installed here they
   * are those that its arm names, as its defaults are not known.
   */
  Map<String, String> of(Arm arm) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("methods", ArmList.family(arm.method()));
    for (String part : Brackets.split(arm.method(), '+')) {
      ofMethod(part.strip()).forEach((name, value) -> putBeside(settings, name, value));
    }
    settings.putAll(arm.recipe().written());
    settings.put("device", arm.device());
    settings.put("precision", arm.precision().toString());
    settings.put("untrained host", arm.untrained() ? "yes" : "no");
    return settings;
  }

  private Map<String, String> ofMethod(String part) {
    String[] parts = part.split(":", 2);
    if (methods.all().stream().anyMatch(each -> each.method().spec().name().equals(parts[0]))) {
      return StackSpec.parse(part, methods).items().get(0).settings().written();
    }
    List<String> pairs = parts.length < 2 ? List.of() : Brackets.split(parts[1], ',');
    return pairs.stream()
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair.length < 2 ? "" : pair[1]));
  }

  /** A setting that several methods of a stack have is counted. */
  private static void putBeside(Map<String, String> settings, String name, String value) {
    String free = name;
    for (int i = 2; settings.containsKey(free); i++) {
      free = name + " (" + i + ")";
    }
    settings.put(free, value);
  }
}
