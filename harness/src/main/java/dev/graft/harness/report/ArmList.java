package dev.graft.harness.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.regex.Pattern;

/** Arms in a sentence: a few each by its name, many by their methods and how far they range. */
public final class ArmList {
  /** How many names people read. */
  public static final int MOST_NAMED = 8;

  private static final Pattern SETTINGS = Pattern.compile(":[^+ ]*");

  private final DoubleFunction<String> words;
  private final List<Item> items = new ArrayList<>();

  private record Item(String arm, double value, String text) {
    String method() {
      return SETTINGS.matcher(arm).replaceAll("");
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
        .collect(groupingBy(Item::method, LinkedHashMap::new, toList()))
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
