package dev.graft.conformance;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec;
import dev.graft.model.Plan;
import dev.graft.program.Kernels;
import dev.graft.program.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What a method declares of itself. */
final class MethodRules {
  private final PeftMethod method;

  MethodRules(PeftMethod method) {
    this.method = method;
  }

  /** A method says the same of itself at every call. */
  void declaration() throws Finding {
    String first = described(method.spec());
    String again = described(method.spec());
    if (!first.equals(again)) {
      throw new Finding("spec()", "the same at every call: " + first, again);
    }
  }

  private static String described(MethodSpec spec) {
    return "%s, '%s', %s, %s, learning rate %s"
        .formatted(
            spec.name(),
            spec.summary(),
            spec.settings().settings().stream()
                .map(
                    s ->
                        "%s=%s (%s)"
                            .formatted(s.name(), Setting.written(s.defaultValue()), s.type()))
                .toList(),
            new TreeSet<>(spec.traits()),
            spec.learningRate());
  }

  void apiVersion() throws Finding {
    if (method.apiVersion() != PeftMethod.API_VERSION) {
      throw new Finding(
          "apiVersion()",
          "PeftMethod.API_VERSION, " + PeftMethod.API_VERSION,
          String.valueOf(method.apiVersion()));
    }
  }

  /** Documented, with defaults that are allowed; strict; written and read without loss. */
  void settings() throws Finding {
    SettingsSpec spec = method.spec().settings();
    for (Setting<?> setting : spec.settings()) {
      String where = "the setting '" + setting.name() + "'";
      if (!Names.isName(setting.name())) {
        throw new Finding(where, "a name of lower-case words joined by hyphens", setting.name());
      }
      if (!setting.help().strip().contains(" ") || setting.help().contains("\n")) {
        throw new Finding(where, "a line of help", "'" + setting.help() + "'");
      }
      if (setting.type().isBlank()) {
        throw new Finding(where, "its type and range in words", "nothing");
      }
      String written = Setting.written(setting.defaultValue());
      Object again = read(setting, written);
      if (again == null || !Setting.written(again).equals(written)) {
        throw new Finding(
            where,
            "a default that it allows: " + setting.type(),
            written + (again == null ? ", which it refuses" : ", read as " + again));
      }
      List<String> nonsense = new ArrayList<>(List.of(""));
      if (setting.defaultValue() instanceof Number) {
        nonsense.addAll(List.of("many", "NaN", "1e999", "-1e999"));
      }
      for (String text : nonsense) {
        if (read(setting, text) != null) {
          throw new Finding(where, "only " + setting.type(), "it takes '" + text + "'");
        }
      }
    }
    Settings defaults = spec.defaults();
    Settings again = method.spec().settings().read(method.spec().name(), defaults.written());
    if (!again.equals(defaults)) {
      throw new Finding("all settings", "read as written: " + defaults, again.toString());
    }
  }

  private static Object read(Setting<?> setting, String text) {
    try {
      return setting.reader().apply(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Flags and choices: every value can be used, or is refused with a message to the user. */
  void choices() throws Finding {
    for (Setting<?> setting : method.spec().settings().settings()) {
      for (Object value : values(setting.defaultValue())) {
        String text = Setting.written(value);
        Settings settings =
            method.spec().settings().read(method.spec().name(), Map.of(setting.name(), text));
        StackSpec spec = new StackSpec(List.of(new StackSpec.Item(method, settings)));
        for (String host : List.of("bert", "gpt2", "llama")) {
          record(spec, host, setting.name() + "=" + text + " on " + host);
        }
      }
    }
  }

  private static void record(StackSpec spec, String host, String where) throws Finding {
    try {
      HostShape unloaded = HostShape.of(TinyHosts.config(host));
      new Plan(Bench.stack(unloaded, spec), Precision.FLOAT32, 3, 9).trainingBytes(Kernels.CPU);
    } catch (GraftException e) {
      if (!Bench.isRefusal(e)) {
        throw new Finding(where, "a graft, or a message to the user", e.getMessage());
      }
    } catch (RuntimeException e) {
      throw new Finding(where, "a graft, or a message to the user", e.toString());
    }
  }

  /** All values that a setting of flags or choices may have; none of others. */
  static List<?> values(Object example) {
    if (example instanceof Boolean) {
      return List.of(true, false);
    }
    return example instanceof Enum<?> constant
        ? List.of(constant.getDeclaringClass().getEnumConstants())
        : List.of();
  }
}
