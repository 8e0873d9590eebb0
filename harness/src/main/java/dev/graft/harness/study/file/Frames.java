package dev.graft.harness.study.file;

import dev.graft.GraftException;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlScalar;
import dev.graft.harness.yaml.YamlValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads all that stacks are combined with: what is held and what varies. */
final class Frames {
  static final String VARY = "vary";

  private final Path file;
  private final Defaults defaults;

  Frames(Path file, Defaults defaults) {
    this.file = file;
    this.defaults = defaults;
  }

  List<Arm> read(YamlMapping keys) {
    Optional<YamlMapping> vary =
        keys.find(VARY)
            .map(value -> value.mapping("keys with lists: {epochs: [1, 3]}").only(ArmKey.NAMES));
    Map<String, List<YamlScalar>> axes = new LinkedHashMap<>();
    for (String key : ArmKey.NAMES) {
      Optional<YamlValue> held = keys.find(key);
      Optional<YamlValue> varied = vary.flatMap(mapping -> mapping.find(key));
      if (held.isPresent() && varied.isPresent()) {
        throw GraftException.input("The key '%s' is held, and varies as well.", key)
            .in(held.get().place())
            .expected("it once: here or under %s", VARY);
      }
      held.ifPresent(value -> axes.put(key, List.of(checked(value))));
      varied.ifPresent(value -> axes.put(key, varied(value)));
    }
    if (axes.containsKey("epochs") && axes.containsKey("steps")) {
      throw GraftException.input("The keys 'epochs' and 'steps' both say how long is trained.")
          .in(axes.get("steps").get(0).place())
          .expected("one of them");
    }
    return Grid.of(axes, keys.place()).stream().map(this::arm).toList();
  }

  /** The values of a key that varies. */
  private List<YamlScalar> varied(YamlValue value) {
    Set<String> seen = new LinkedHashSet<>();
    List<YamlScalar> values =
        value.list("a list of what it varies over").values().stream().map(this::checked).toList();
    for (YamlScalar each : values) {
      if (!seen.add(each.text())) {
        throw GraftException.input("The key '%s' varies over %s twice.", value.key(), each.text())
            .in(each.place())
            .expected("different values");
      }
    }
    if (values.isEmpty()) {
      throw value.wrong("one value at least");
    }
    return values;
  }

  /** A single value that is right by itself, whatever it is combined with. */
  private YamlScalar checked(YamlValue value) {
    YamlScalar scalar = value.scalar("a single value; lists stand under " + VARY);
    new ArmReader(file, defaults, Map.of(value.key(), scalar)).check();
    return scalar;
  }

  private Arm arm(Map<String, YamlScalar> point) {
    return new ArmReader(file, defaults, point).arm();
  }
}
