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
 * @param others what JARs bring beside methods
 * @param broken what can't be used, with the reason
 * @param withoutMethod JARs of the plugin folder that brought nothing: they may serve other plugins
 */
public record MethodListing(
    List<Entry> methods,
    List<Other> others,
    List<Parts.Broken> broken,
    List<String> withoutMethod) {
  /**
   * Another part that a JAR brings.
   *
   * @param kind in words
   */
  record Other(String kind, String name, String origin) {
    private static <T> Stream<Other> of(Parts<T> parts) {
      return parts.all().stream()
          .filter(each -> !each.isOwn())
          .map(
              each ->
                  new Other(
                      parts.kind().noun(), parts.kind().name().apply(each.part()), each.origin()));
    }
  }

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

  /** Lists methods, and other parts, beside the JARs of a plugin folder. */
  public static MethodListing of(Methods methods, List<Parts<?>> parts, List<Path> jars) {
    List<Entry> entries = methods.all().stream().map(Entry::of).toList();
    List<Other> others = parts.stream().flatMap(Other::of).toList();
    List<Parts.Broken> broken =
        Stream.concat(
                methods.broken().stream(), parts.stream().flatMap(kind -> kind.broken().stream()))
            .distinct() // a JAR that can't be read may have brought any kind
            .toList();
    List<Path> known =
        Stream.of(
                entries.stream().map(Entry::origin),
                others.stream().map(Other::origin),
                broken.stream().map(Parts.Broken::origin))
            .flatMap(origins -> origins)
            .map(origin -> absolute(Path.of(origin)))
            .toList();
    return new MethodListing(
        entries,
        others,
        broken,
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
