package dev.graft.api.settings;

import java.util.LinkedHashMap;
import java.util.Map;

/** Values for all settings of a method: what {@link SettingsSpec#read} made. Immutable. */
public final class Settings {
  private final Map<Setting<?>, Object> values;

  Settings(Map<Setting<?>, Object> values) {
    this.values = new LinkedHashMap<>(values);
  }

  /**
   * {@return the value of a setting, its default if none was given}
   *
   * @param <T> the type of its value
   * @param setting one that the method declares in its {@link SettingsSpec}
   * @throws IllegalArgumentException if the method did not declare it
   */
  @SuppressWarnings("unchecked") // SettingsSpec puts in what the setting's own reader gave.
  public <T> T get(Setting<T> setting) {
    if (!values.containsKey(setting)) {
      throw new IllegalArgumentException("'" + setting.name() + "' is not declared");
    }
    return (T) values.get(setting);
  }

  /**
   * {@return a copy with another value}
   *
   * @param <T> the type of its value
   * @param setting one that the method declares in its {@link SettingsSpec}
   * @param value one that the setting allows
   * @throws IllegalArgumentException if the method did not declare it, or it does not allow the
   *     value
   */
  public <T> Settings with(Setting<T> setting, T value) {
    get(setting);
    Map<Setting<?>, Object> changed = new LinkedHashMap<>(values);
    changed.put(setting, setting.reader().apply(Setting.written(value)));
    return new Settings(changed);
  }

  /**
   * {@return the values by name, as {@link SettingsSpec#read} takes them: complete, defaults
   * included}
   */
  public Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    values.forEach((setting, value) -> written.put(setting.name(), Setting.written(value)));
    return written;
  }

  /**
   * {@return the values by name, as {@link #written()}, of those that differ from their defaults}
   */
  public Map<String, String> changed() {
    Map<String, String> changed = new LinkedHashMap<>();
    values.forEach(
        (setting, value) -> {
          if (!value.equals(setting.defaultValue())) {
            changed.put(setting.name(), Setting.written(value));
          }
        });
    return changed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Settings that && written().equals(that.written());
  }

  @Override
  public int hashCode() {
    return written().hashCode();
  }

  @Override
  public String toString() {
    return written().toString();
  }
}
