package dev.graft.harness.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.graft.api.settings.Brackets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

/** Arms in a sentence: a few each by its name, many by their methods and how far they range. */
public final class ArmList {
  /** How many names people read. */
  public static final int MOST_NAMED = 8;

  private final DoubleFunction<String> words;
  private final List<Item> items = new ArrayList<>();

  private record Item(String arm, double value, String text) {
    String family() {
      return ArmList.family(arm);
    }
  }

  /**
   * Of no arm as yet.
   *
   * @param words of a value, where there are many arms; of a name alone, no words at all
   */
  public ArmList(DoubleFunction<String> words) {
    this.words = words;
  }

  /** By their names alone. */
  public static String names(Collection<String> arms) {
    ArmList list = new ArmList(value -> "");
    arms.forEach(arm -> list.add(arm, 0, arm));
    return list.toString();
  }

  /**
   * The names of an arm's methods, in their order, without their settings.
   *
   * @param arm its methods or its name; what its name has behind them is kept
   */
  public static String family(String arm) {
    return Brackets.split(arm, '+').stream().map(ArmList::withoutSettings).collect(joining("+"));
  }

  private static String withoutSettings(String method) {
    List<String> words = Brackets.split(method.strip(), ' ');
    return Stream.concat(Stream.of(words.get(0).split(":", 2)[0]), words.stream().skip(1))
        .collect(joining(" "));
  }

  /** Several by what is said of them. */
  public static String grouped(Map<String, ArmList> verdicts) {
    return verdicts.entrySet().stream()
        .map(verdict -> verdict.getKey() + ": " + verdict.getValue())
        .collect(joining("; "));
  }

  /** Another one, of which its value is said. */
  public void add(String arm, double value) {
    add(arm, value, arm + " " + words.apply(value));
  }

  /**
   * Another one.
   *
   * @param text its name and what is said of it, where there are few
   */
  public void add(String arm, double value, String text) {
    items.add(new Item(arm, value, text));
  }

  @Override
  public String toString() {
    if (items.size() <= MOST_NAMED) {
      return items.stream().map(Item::text).collect(joining(", "));
    }
    return items.stream()
        .collect(groupingBy(Item::family, LinkedHashMap::new, toList()))
        .entrySet()
        .stream()
        .map(method -> told(method.getKey(), method.getValue()))
        .collect(joining(", "));
  }

  private String told(String method, List<Item> arms) {
    if (arms.size() == 1) {
      return arms.get(0).text();
    }
    Comparator<Item> byValue = Comparator.comparingDouble(Item::value);
    String low = words.apply(arms.stream().min(byValue).orElseThrow().value());
    String high = words.apply(arms.stream().max(byValue).orElseThrow().value());
    String range = low.isEmpty() ? "" : ", " + (low.equals(high) ? low : low + " to " + high);
    return "%s (%s arms%s)".formatted(method, Units.count(arms.size()), range);
  }
}
