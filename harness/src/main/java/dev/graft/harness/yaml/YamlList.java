package dev.graft.harness.yaml;

import static java.util.stream.Collectors.joining;

import java.util.List;

/** Values in order. */
public record YamlList(String key, Place place, List<YamlValue> values) implements YamlValue {
  private static final int SHOWN = 8;

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
    if (values.isEmpty()) {
      return "an empty list";
    }
    boolean isPlain = values.stream().allMatch(YamlScalar.class::isInstance);
    return isPlain && values.size() <= SHOWN
        ? values.stream()
            .map(value -> ((YamlScalar) value).text())
            .collect(joining(", ", "the list [", "]"))
        : "a list";
  }
}
