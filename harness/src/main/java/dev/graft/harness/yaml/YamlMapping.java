package dev.graft.harness.yaml;

import dev.graft.GraftException;
import dev.graft.Names;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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
    return only(known, name -> Optional.empty());
  }

  /**
   * The same.
   *
   * @param elsewhere says where a key belongs that has its place elsewhere
   */
  public YamlMapping only(Collection<String> known, Function<String, Optional<String>> elsewhere) {
    entries.forEach(
        (name, entry) -> {
          if (!known.contains(name)) {
            elsewhere.apply(name).ifPresent(way -> refuse(name, entry, way));
            throw GraftException.input(
                    "There is no key '%s'.%s", name, Names.didYouMean(name, known))
                .in(entry.place())
                .expected("%s", String.join(", ", known));
          }
        });
    return this;
  }

  private static void refuse(String name, Entry entry, String way) {
    throw GraftException.input("The key '%s' has no place here.", name)
        .in(entry.place())
        .remedy("%s", way);
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
