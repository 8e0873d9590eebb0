package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.settings.NameExpression;
import dev.graft.api.settings.Targets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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
    Object targets = configuration.get("target_modules");
    Predicate<String> targeted = selecting(targets);
    Predicate<String> excluded = selecting(configuration.get("exclude_modules"));
    List<NameExpression> saved =
        strings(configuration.get("modules_to_save"))
            .map(each -> compile("(.*\\.)?" + each + "(\\..*)?"))
            .toList();
    // Whole names and regular expressions hold in whatever block they are.
    Predicate<String> isAnywhere =
        targets instanceof String ? name -> true : strings(targets).toList()::contains;
    Predicate<String> isInLayers = inLayers();
    Set<String> selected = new LinkedHashSet<>();
    for (String name : names) {
      if (targeted.test(name)
          && !excluded.test(name)
          && saved.stream().noneMatch(each -> each.matches(name))
          && (isAnywhere.test(name) || isInLayers.test(name))) {
        selected.add(name);
      }
    }
    return selected;
  }

  /** Whether a name ends in one of a list, or is what a regular expression says. */
  static Predicate<String> selecting(Object selection) {
    if (selection instanceof String expression) {
      return expression.equals(Targets.ALL_LINEAR)
          ? name ->
              !name.equals("lm_head")
                  && !EMBEDDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
          : compile(expression)::matches;
    }
    List<String> ends = strings(selection).toList();
    return name -> ends.stream().anyMatch(end -> name.equals(end) || name.endsWith("." + end));
  }

  private Predicate<String> inLayers() {
    List<String> layers = strings(configuration.get("layers_to_transform")).toList();
    if (layers.isEmpty()) {
      return name -> true;
    }
    List<String> patterns = strings(configuration.get("layers_pattern")).toList();
    List<NameExpression> expressions =
        (patterns.isEmpty() ? List.of("[^.]*") : patterns)
            .stream().map(each -> compile(".*?\\." + each + "\\.(\\d+)\\.")).toList();
    return name ->
        expressions.stream()
            .flatMap(each -> each.group(name).stream())
            .findFirst()
            .map(layers::contains)
            .orElse(false);
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
