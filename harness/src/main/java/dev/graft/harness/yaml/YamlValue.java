package dev.graft.harness.yaml;

import dev.graft.GraftException;
import java.util.List;

/** A value of a file, which knows where it stands and the key that it was given for. */
public sealed interface YamlValue permits YamlScalar, YamlList, YamlMapping {
  /** The key that it, or the list that it is of, was given for. */
  String key();

  Place place();

  /** What it is, for messages. */
  String described();

  /** The values of a list, or else this alone. */
  default List<YamlValue> each() {
    return List.of(this);
  }

  /**
   * This as a single value.
   *
   * @param expected what the key takes, for messages
   * @throws GraftException if it is none, or empty
   */
  default YamlScalar scalar(String expected) {
    throw wrong(expected);
  }

  /** The same of a list. */
  default YamlList list(String expected) {
    throw wrong(expected);
  }

  /** The same of keys with values. */
  default YamlMapping mapping(String expected) {
    throw wrong(expected);
  }

  /** The error that the key takes something else. */
  default GraftException wrong(String expected) {
    return GraftException.input("The key '%s' can't be %s.", key(), described())
        .in(place())
        .expected("%s", expected);
  }
}
