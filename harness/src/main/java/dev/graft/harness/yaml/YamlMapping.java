package dev.graft.harness.yaml;

import dev.graft.GraftException;
import dev.graft.Names;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keys with values, in the order of the file. */
public record YamlMapping(String key, Place place, Map<String, Entry> entries)
    implements YamlValue {
  /**
   * A key with its value.
   *
   * @param place of the key
   */
  public record Entry(Place place, YamlValue value) {}

  public YamlMapping {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /**
   * This, if it has no other keys than these.
   *
   * @throws GraftException naming the first that it has
   */
  public YamlMapping only(Collection<String> known) {
    entries.forEach(
        (name, entry) -> {
          if (!known.contains(name)) {
            throw GraftException.input(
                    "There is no key '%s'.%s", name, Names.didYouMean(name, known))
                .in(entry.place())
                .expected("%s", String.join(", ", known));
          }
        });
    return this;
  }

  public Optional<YamlValue> find(String name) {
    return Optional.ofNullable(entries.get(name)).map(Entry::value);
  }

  /** The value of a key that can't be left out. */
  public YamlValue get(String name, String expected) {
    return find(name)
        .orElseThrow(
            () ->
                GraftException.input("The key '%s' is missing.", name)
                    .in(place)
                    .expected("%s", expected));
  }

  @Override
  public YamlMapping mapping(String expected) {
    return this;
  }

  @Override
  public String described() {
    return "keys with values";
  }
}
