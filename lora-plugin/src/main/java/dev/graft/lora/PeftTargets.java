package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.settings.NameExpression;
import dev.graft.api.settings.Targets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which modules a configuration of PEFT gives an update, by PEFT's own rules.
 *
 * @param configuration of which the keys {@code target_modules}, {@code exclude_modules}, {@code
 *     modules_to_save}, {@code layers_to_transform} and {@code layers_pattern} are read
 */
record PeftTargets(Map<String, Object> configuration) {
  /** How the names of token tables end, which all-linear does not mean. */
  private static final Set<String> EMBEDDINGS = Set.of("embed_tokens", "word_embeddings", "wte");

  Set<String> among(Collection<String> names) {
    Set<String> selected = new LinkedHashSet<>();
    names.stream().filter(this::selects).forEach(selected::add);
    return selected;
  }

  boolean selects(String name) {
    if (matches(configuration.get("exclude_modules"), name)
        || strings(configuration.get("modules_to_save"))
            .anyMatch(each -> compile("(.*\\.)?" + each + "(\\..*)?").matches(name))) {
      return false;
    }
    Object targets = configuration.get("target_modules");
    // Whole names and regular expressions hold in whatever block they are.
    boolean anywhere = targets instanceof String || strings(targets).anyMatch(name::equals);
    return matches(targets, name) && (anywhere || isInLayers(name));
  }

  /** Whether a name ends in one of a list, or is what a regular expression says. */
  static boolean matches(Object selection, String name) {
    if (selection instanceof String expression) {
      return expression.equals(Targets.ALL_LINEAR)
          ? !name.equals("lm_head")
              && !EMBEDDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
          : compile(expression).matches(name);
    }
    return strings(selection).anyMatch(end -> name.equals(end) || name.endsWith("." + end));
  }

  private boolean isInLayers(String name) {
    Object given = configuration.get("layers_to_transform");
    List<String> layers = strings(given).toList();
    if (layers.isEmpty()) {
      return true;
    }
    List<String> patterns = strings(configuration.get("layers_pattern")).toList();
    for (String pattern : patterns.isEmpty() ? List.of("[^.]*") : patterns) {
      Optional<String> layer = compile(".*?\\." + pattern + "\\.(\\d+)\\.").group(name);
      if (layer.isPresent()) {
        return layers.contains(layer.get());
      }
    }
    return false;
  }

  /** The elements of a list, or a single value, as text. */
  static Stream<String> strings(Object value) {
    if (value == null) {
      return Stream.of();
    }
    return value instanceof List<?> list
        ? list.stream().map(Object::toString)
        : Stream.of(value.toString());
  }

  private static NameExpression compile(String expression) {
    try {
      return NameExpression.of(expression);
    } catch (IllegalArgumentException e) {
      throw GraftException.input(
              "The adapter's configuration holds what is no regular expression here.")
          .expected("one that Java can read, or the names of modules")
          .found(e.getMessage());
    }
  }
}
