package dev.graft.api.settings;

import dev.graft.GraftException;
import dev.graft.Names;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings of a method: what a study's file, the command line, the documentation and a
 * checkpoint are checked against.
 *
 * @param settings in the order in which they are shown
 */
public record SettingsSpec(List<Setting<?>> settings) {
  /**
   * The settings of a method, none or more.
   *
   * @param settings copied
   * @throws IllegalArgumentException if two settings have one name
   */
  public SettingsSpec {
    settings = List.copyOf(settings);
    long names = settings.stream().map(Setting::name).distinct().count();
    if (names != settings.size()) {
      throw new IllegalArgumentException("two settings of one name among " + settings);
    }
  }

  /**
   * {@return what a method declares}
   *
   * @param settings in the order in which they are shown; none at all for a method without settings
   * @throws IllegalArgumentException if two have one name
   */
  public static SettingsSpec of(Setting<?>... settings) {
    return new SettingsSpec(List.of(settings));
  }

  /** {@return every setting at its default} */
  public Settings defaults() {
    return read("defaults", Map.of());
  }

  /**
   * {@return the settings read from text, those that are not named at their defaults}
   *
   * @param method for messages
   * @param texts from names to values
   * @throws GraftException naming the setting, what is allowed and what was given
   */
  public Settings read(String method, Map<String, String> texts) {
    List<String> known = settings.stream().map(Setting::name).toList();
    for (String name : texts.keySet()) {
      if (!known.contains(name)) {
        throw GraftException.input(
                "%s has no setting '%s'.%s", method, name, Names.didYouMean(name, known))
            .expected(known.isEmpty() ? "none" : String.join(", ", known));
      }
    }
    Map<Setting<?>, Object> values = new LinkedHashMap<>();
    for (Setting<?> setting : settings) {
      String text = texts.get(setting.name());
      values.put(setting, text == null ? setting.defaultValue() : read(method, setting, text));
    }
    return new Settings(values);
  }

  private static Object read(String method, Setting<?> setting, String text) {
    try {
      return setting.reader().apply(text);
    } catch (IllegalArgumentException e) {
      boolean ours = !(e instanceof NumberFormatException) && e.getMessage() != null;
      throw GraftException.input(
              "The setting '%s' of %s can't be '%s'.", setting.name(), method, text)
          .expected(setting.type())
          .found(ours ? e.getMessage() : text)
          .causedBy(e);
    }
  }
}
