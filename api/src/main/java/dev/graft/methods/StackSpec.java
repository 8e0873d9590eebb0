package dev.graft.methods;

import dev.graft.GraftException;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Brackets;
import dev.graft.api.settings.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Methods with settings, in the order in which they are put on a host: {@code
 * lora:rank=8,alpha=16+prefix-tuning:virtual-tokens=8}.
 *
 * @param items in stack order; none leaves the host as it is
 */
public record StackSpec(List<Item> items) {
  /**
   * One method of a stack.
   *
   * @param method what is put on the host
   * @param settings complete
   */
  public record Item(PeftMethod method, Settings settings) {
    /**
     * {@return a method with settings as text}
     *
     * @param method whose settings they are
     * @param settings by name; those that are missing have their defaults
     * @throws GraftException if a setting is unknown or a value is not allowed
     */
    public static Item read(PeftMethod method, Map<String, String> settings) {
      MethodSpec spec = method.spec();
      return new Item(method, spec.settings().read(spec.name(), settings));
    }

    /**
     * {@return the same with another value of a setting}
     *
     * @param setting by name
     * @param value as text
     * @throws GraftException if the setting is unknown or the value is not allowed
     */
    public Item with(String setting, String value) {
      Map<String, String> changed = new LinkedHashMap<>(settings.changed());
      changed.put(setting, value);
      return read(method, changed);
    }

    /** {@return the method's name} */
    public String name() {
      return method.spec().name();
    }

    @Override
    public String toString() {
      String changed =
          settings.changed().entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue())
              .collect(Collectors.joining(","));
      return changed.isEmpty() ? name() : name() + ":" + changed;
    }
  }

  public StackSpec {
    items = List.copyOf(items);
  }

  /**
   * {@return one stack, read from text}
   *
   * @param text as {@link #toString()} writes it
   * @param methods those that the text may name
   * @throws GraftException if a method or setting is unknown or a value is not allowed
   */
  public static StackSpec parse(String text, Methods methods) {
    List<Item> items = new ArrayList<>();
    for (String part : Brackets.split(text, '+')) {
      int colon = part.indexOf(':');
      String name = (colon < 0 ? part : part.substring(0, colon)).strip();
      if (name.isEmpty()) {
        throw GraftException.input("A method is missing in '%s'.", text)
            .expected("methods joined by +, as in lora+prefix-tuning");
      }
      PeftMethod method = methods.get(name);
      Map<String, String> settings = new LinkedHashMap<>();
      for (String pair :
          colon < 0 ? List.<String>of() : Brackets.split(part.substring(colon + 1), ',')) {
        int equals = pair.indexOf('=');
        if (equals <= 0) {
          throw GraftException.input("'%s' in '%s' is not a setting.", pair, text)
              .expected("name=value");
        }
        String key = pair.substring(0, equals).strip();
        if (settings.put(key, pair.substring(equals + 1).strip()) != null) {
          throw GraftException.input("'%s' gives '%s' twice.", text, key)
              .expected("each setting once; where it takes several values, they are written [a,b]");
        }
      }
      items.add(Item.read(method, settings));
    }
    return new StackSpec(items);
  }

  /**
   * {@return a list of stacks, read from text where they are joined by commas} A part that has an
   * equals sign but no colon goes on with the settings before it: {@code
   * lora:rank=4,alpha=8,houlsby} has two stacks.
   *
   * @param text as {@link #toString()} writes its parts
   * @param methods those that the text may name
   * @throws GraftException if a method or setting is unknown or a value is not allowed
   */
  public static List<StackSpec> parseList(String text, Methods methods) {
    List<String> stacks = new ArrayList<>();
    for (String part : Brackets.split(text, ',')) {
      boolean goesOn = part.contains("=") && part.indexOf(':') < 0 && !stacks.isEmpty();
      if (goesOn) {
        stacks.set(stacks.size() - 1, stacks.get(stacks.size() - 1) + "," + part);
      } else {
        stacks.add(part);
      }
    }
    return stacks.stream().map(stack -> parse(stack.strip(), methods)).toList();
  }

  /** The text that {@link #parse} reads back, without settings that have their defaults. */
  @Override
  public String toString() {
    return items.stream().map(Item::toString).collect(Collectors.joining("+"));
  }
}
