package dev.graft.harness.study.file;

import dev.graft.GraftException;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlValue;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads all that stacks are combined with: what is held and what varies. */
final class Frames {
  static final String VARY = "vary";

  /** In the place of defaults, where only one value counts. */
  private static final Defaults OTHERS = new Defaults(() -> "", "");

  private final Path file;
  private final Defaults defaults;
  private final Misplaced misplaced;

  Frames(Path file, Defaults defaults, Misplaced misplaced) {
    this.file = file;
    this.defaults = defaults;
    this.misplaced = misplaced;
  }

  /** What is written for a key, held or varied. */
  static Optional<YamlValue> find(YamlMapping keys, ArmKey key) {
    return keys.find(key.name()).or(() -> vary(keys).flatMap(varied -> varied.find(key.name())));
  }

  private static Optional<YamlMapping> vary(YamlMapping keys) {
    return keys.find(VARY).map(value -> value.mapping("keys with lists: {epochs: [1, 3]}"));
  }

  List<Arm> read(YamlMapping keys) {
    Optional<YamlMapping> vary =
        vary(keys).map(varied -> varied.only(ArmKey.NAMES, misplaced::inVary));
    Map<String, List<YamlValue>> axes = new LinkedHashMap<>();
    for (String key : ArmKey.NAMES) {
      Optional<YamlValue> held = keys.find(key);
      Optional<YamlValue> varied = vary.flatMap(mapping -> mapping.find(key));
      if (held.isPresent() && varied.isPresent()) {
        throw GraftException.input("The key '%s' is held, and varies as well.", key)
            .in(held.get().place())
            .expected("it once: here or under %s", VARY);
      }
      held.ifPresent(value -> axes.put(key, List.of(value)));
      held.ifPresent(this::alone);
      varied.ifPresent(value -> axes.put(key, varied(value)));
    }
    requireOne(axes, ArmKey.EPOCHS, ArmKey.STEPS, "how long is trained");
    requireOne(axes, ArmKey.BATCH_SIZE, ArmKey.BATCH_TOKENS, "how large a batch is");
    return Grid.of(axes, keys.place()).stream().map(this::arm).toList();
  }

  private static void requireOne(
      Map<String, List<YamlValue>> axes, ArmKey one, ArmKey other, String what) {
    if (axes.containsKey(one.name()) && axes.containsKey(other.name())) {
      throw GraftException.input(
              "The keys '%s' and '%s' both say %s.", one.name(), other.name(), what)
          .in(axes.get(other.name()).get(0).place())
          .expected("one of them");
    }
  }

  /** The values of a key that varies. */
  private List<YamlValue> varied(YamlValue value) {
    Set<Arm> seen = new HashSet<>();
    List<YamlValue> values = value.list("a list of what it varies over").values();
    for (YamlValue each : values) {
      if (!seen.add(alone(each))) {
        throw GraftException.input(
                "The key '%s' varies over %s twice.", value.key(), SettingText.of(each))
            .in(each.place())
            .expected("different values");
      }
    }
    if (values.isEmpty()) {
      throw value.wrong("one value at least");
    }
    return values;
  }

  /** What a value is by itself, if it is right, whatever it is combined with. */
  private Arm alone(YamlValue value) {
    return new ArmReader(file, OTHERS, Map.of(value.key(), value)).arm();
  }

  private Arm arm(Map<String, YamlValue> point) {
    return new ArmReader(file, defaults, point).arm();
  }
}
