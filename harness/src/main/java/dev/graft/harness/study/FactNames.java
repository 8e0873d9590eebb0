package dev.graft.harness.study;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.graft.harness.trial.Arm;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Short texts for the values of something that varies between arms. */
final class FactNames {
  private static final String MODEL = "model";
  private static final String TASK = "task";
  private static final String PRECISION = "precision";
  private static final String DEVICE = "device";
  private static final String UNTRAINED = "untrained";
  private static final int DEEPEST = 8;

  private final String key;
  private final Map<String, String> names;

  FactNames(String key, Set<String> values) {
    this.key = key;
    this.names =
        switch (key) {
          case MODEL, TASK -> ends(values);
          case PRECISION, DEVICE -> named(values, value -> value);
          case UNTRAINED ->
              named(values, value -> Boolean.parseBoolean(value) ? "untrained host" : "");
          default -> named(values, value -> key + "=" + plain(value));
        };
  }

  /** What an arm is apart from its methods. */
  static Map<String, String> facts(Arm arm) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(MODEL, arm.model());
    facts.put(TASK, arm.task());
    facts.put(PRECISION, arm.precision().toString());
    facts.put(DEVICE, arm.device());
    facts.putAll(arm.recipe().written());
    facts.putIfAbsent("batch-tokens", "none");
    facts.putIfAbsent("checkpointing", "false");
    facts.putIfAbsent("cuda-graphs", "auto");
    // A rate for all is that of the head, too, and no second difference.
    facts.put("head-rate", arm.recipe().rates().head().map(String::valueOf).orElse("none"));
    facts.put(UNTRAINED, String.valueOf(arm.untrained()));
    return facts;
  }

  String of(String value) {
    return names.get(value);
  }

  @Override
  public String toString() {
    return key + " " + names;
  }

  private static Map<String, String> named(Set<String> values, UnaryOperator<String> name) {
    return values.stream().collect(toMap(value -> value, name));
  }

  /** The last parts of paths and of names on the hub: as few as tell them apart. */
  private static Map<String, String> ends(Set<String> values) {
    Stream<Map<String, String>> shorter =
        IntStream.rangeClosed(1, DEEPEST)
            .mapToObj(parts -> named(values, value -> end(value, parts)));
    return shorter
        .filter(names -> Set.copyOf(names.values()).size() == values.size())
        .findFirst()
        .orElseGet(() -> named(values, value -> value));
  }

  private static String end(String value, int most) {
    String name = value.replaceFirst("^hf:", "").replaceFirst("@[0-9a-f]{40}$", "");
    List<String> parts = Arrays.asList(name.split("/"));
    return String.join("/", parts.subList(Math.max(0, parts.size() - most), parts.size()));
  }

  /** 5.0E-4 is 0.0005; several numbers are a list. */
  private static String plain(String value) {
    if (value.contains(",")) {
      return Stream.of(value.split(",")).map(FactNames::plain).collect(joining(",", "[", "]"));
    }
    try {
      return new BigDecimal(value).stripTrailingZeros().toPlainString();
    } catch (NumberFormatException e) {
      return value; // not every fact is a number
    }
  }
}
