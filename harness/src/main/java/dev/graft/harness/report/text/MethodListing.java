package dev.graft.harness.report.text;

import dev.graft.api.MethodSpec;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.TuningRange;
import dev.graft.methods.Methods;
import dev.graft.parts.Parts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The methods that are installed, and what else was found where plugins lie.
 *
 * @param broken what can't be used, with the reason
 * @param withoutMethod JARs of the plugin folder that brought none: they may serve other plugins
 */
public record MethodListing(
    List<Entry> methods, List<Parts.Broken> broken, List<String> withoutMethod) {
  /** One method. */
  record Entry(
      String name,
      String summary,
      String origin,
      String provider,
      double learningRate,
      TuningRange learningRates,
      List<String> traits,
      List<SettingEntry> settings) {
    private static Entry of(Methods.Installed installed) {
      MethodSpec spec = installed.method().spec();
      return new Entry(
          spec.name(),
          spec.summary(),
          installed.origin(),
          installed.method().getClass().getName(),
          spec.learningRate(),
          spec.learningRates(),
          spec.traits().stream().sorted().map(Setting::written).toList(),
          spec.settings().settings().stream().map(SettingEntry::of).toList());
    }
  }

  /** One setting of a method. */
  record SettingEntry(
      String name,
      String defaultValue,
      String expected,
      String help,
      Optional<TuningRange> tuning) {
    private static SettingEntry of(Setting<?> setting) {
      return new SettingEntry(
          setting.name(),
          Setting.written(setting.defaultValue()),
          setting.type(),
          setting.help(),
          setting.tuning());
    }
  }

  /** Lists methods beside the JARs of a plugin folder. */
  public static MethodListing of(Methods methods, List<Path> jars) {
    List<Path> known =
        Stream.concat(
                methods.all().stream().map(Methods.Installed::origin),
                methods.broken().stream().map(Parts.Broken::origin))
            .map(origin -> absolute(Path.of(origin)))
            .toList();
    return new MethodListing(
        methods.all().stream().map(Entry::of).toList(),
        methods.broken(),
        jars.stream()
            .map(MethodListing::absolute)
            .filter(jar -> !known.contains(jar))
            .map(Path::toString)
            .sorted()
            .toList());
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
