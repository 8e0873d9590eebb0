package dev.graft.harness.yaml;

import java.util.List;

/** Values in order. */
public record YamlList(String key, Place place, List<YamlValue> values) implements YamlValue {
  public YamlList {
    values = List.copyOf(values);
  }

  @Override
  public List<YamlValue> each() {
    return values;
  }

  @Override
  public YamlList list(String expected) {
    return this;
  }

  @Override
  public String described() {
    return values.isEmpty() ? "an empty list" : "a list";
  }
}
