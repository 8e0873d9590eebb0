package dev.graft.harness.study.file;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.yaml.YamlList;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlScalar;
import dev.graft.harness.yaml.YamlValue;

/** Writes values of YAML as settings are written on the command line. */
final class SettingText {
  private SettingText() {}

  /** A single value as it stands, a list as {@code [a,b]}, and keys as {@code [a=1,b=2]}. */
  static String of(YamlValue value) {
    if (value instanceof YamlList list) {
      return list.values().stream().map(SettingText::of).collect(joining(",", "[", "]"));
    }
    if (value instanceof YamlMapping keys) {
      return keys.entries().entrySet().stream()
          .map(entry -> entry.getKey() + "=" + of(entry.getValue().value()))
          .collect(joining(",", "[", "]"));
    }
    return ((YamlScalar) value).scalar("the setting's value").text();
  }
}
