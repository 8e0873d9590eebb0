package dev.graft.harness.study;

import static java.util.stream.Collectors.joining;

import dev.graft.harness.trial.Arm;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names arms by what varies between them. Stacks of the same methods are told apart by the settings
 * that differ among them, defaults included: {@code lora:rank=1} and {@code lora:rank=8}. A stack
 * that alone has its methods is named as it is written. What else varies follows in parentheses.
 */
public final class ArmNames {
  private final Map<Arm, StackSpec> stacks = new LinkedHashMap<>();
  private final Map<List<String>, Set<StackSpec>> families = new LinkedHashMap<>();
  private final Map<String, FactNames> varying = new LinkedHashMap<>();

  private ArmNames(Collection<Arm> arms, Methods methods) {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (Arm arm : arms) {
      StackSpec stack = StackSpec.parse(arm.method(), methods);
      stacks.put(arm, stack);
      families.computeIfAbsent(methods(stack), family -> new LinkedHashSet<>()).add(stack);
      FactNames.facts(arm)
          .forEach((k, v) -> values.computeIfAbsent(k, key -> new LinkedHashSet<>()).add(v));
    }
    values.forEach(
        (key, those) -> {
          if (those.size() > 1) {
            varying.put(key, new FactNames(key, those));
          }
        });
  }

  /** The arms by names, in their order; no two of them may be equal. */
  public static Map<String, Arm> of(Collection<Arm> arms, Methods methods) {
    ArmNames names = new ArmNames(arms, methods);
    Map<String, Arm> named = new LinkedHashMap<>();
    for (Arm arm : arms) {
      if (named.putIfAbsent(names.name(arm), arm) != null) {
        throw new IllegalArgumentException("two arms are " + names.name(arm));
      }
    }
    return named;
  }

  private String name(Arm arm) {
    Map<String, String> facts = FactNames.facts(arm);
    List<String> differing =
        varying.entrySet().stream()
            .map(entry -> entry.getValue().of(facts.get(entry.getKey())))
            .filter(text -> !text.isEmpty())
            .toList();
    String stack = name(stacks.get(arm));
    return differing.isEmpty() ? stack : "%s (%s)".formatted(stack, String.join(", ", differing));
  }

  private String name(StackSpec stack) {
    Set<StackSpec> family = families.get(methods(stack));
    if (family.size() == 1) {
      return stack.toString();
    }
    List<String> items = new ArrayList<>();
    for (int place = 0; place < stack.items().size(); place++) {
      items.add(name(stack, place, family));
    }
    return String.join("+", items);
  }

  /** A method of a stack with those of its settings that differ among its like. */
  private static String name(StackSpec stack, int place, Set<StackSpec> family) {
    StackSpec.Item item = stack.items().get(place);
    String settings =
        item.settings().written().entrySet().stream()
            .filter(
                setting ->
                    family.stream()
                        .map(other -> other.items().get(place).settings().written())
                        .anyMatch(other -> !other.get(setting.getKey()).equals(setting.getValue())))
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(joining(","));
    return settings.isEmpty() ? item.name() : item.name() + ":" + settings;
  }

  private static List<String> methods(StackSpec stack) {
    return stack.items().stream().map(StackSpec.Item::name).collect(Collectors.toList());
  }
}
