package dev.graft.harness.study.file;

import static java.util.stream.Collectors.joining;

import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Setting;
import dev.graft.harness.data.table.TaskFile;
import dev.graft.methods.Methods;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says where a key belongs that was written in another place of a study. */
final class Misplaced {
  /** Keys below others, which are named differently there than anything at the top. */
  private static final Map<String, List<String>> BELOW =
      Map.of(
          StudyFile.TUNING, List.of("trials", "search", "halving"),
          StudyFile.LATENCY, StudyFile.LATENCY_KEYS,
          StudyFile.FORGETTING, List.of(ForgettingReader.TEXT, ForgettingReader.PASSAGES),
          MethodsReader.MATCH, List.of(SizeReader.PARAMETERS, SizeReader.WITHIN, SizeReader.BY));

  private static final List<String> OF_STACKS =
      List.of(MethodsReader.STACK, MethodsReader.LEAVE_ONE_OUT);

  private final Methods methods;

  Misplaced(Methods methods) {
    this.methods = methods;
  }

  /** At the top of a file. */
  Optional<String> inStudy(String key) {
    return below(key).or(() -> ofTask(key)).or(() -> inMethods(key));
  }

  /** Under the study's {@code vary}. */
  Optional<String> inVary(String key) {
    if (key.equals(StudyFile.METHODS)) {
      return Optional.of("'methods' is a list as it is, beside 'vary'");
    }
    return fixed(key).or(() -> below(key)).or(() -> varied(key)).or(() -> inMethods(key));
  }

  /** In a method. */
  Optional<String> inMethod(String key) {
    return OF_STACKS.contains(key) ? inMethods(key) : ofStudy(key).or(() -> inMethods(key));
  }

  /** Under the {@code vary} of a method. */
  Optional<String> inMethodVary(String key) {
    if (key.equals(MethodsReader.METHOD)) {
      return Optional.of("methods to compare are items of 'methods'");
    }
    return ArmKey.NAMES.contains(key)
        ? Optional.of(
            "'%s' varies for all methods: under 'vary' at the top of the file".formatted(key))
        : fixed(key).or(() -> varied(key)).or(() -> inMethods(key));
  }

  /** In a stack, beside the list of its methods. */
  Optional<String> inStack(String key) {
    boolean isOfOne =
        List.of(MethodsReader.VARY, MethodsReader.MATCH).contains(key) || !having(key).isEmpty();
    return isOfOne
        ? Optional.of(
            "'%s' belongs to one of the stack's methods: {stack: [{method: lora, %s: ...}, ...]}"
                .formatted(key, key))
        : key.equals(MethodsReader.METHOD)
            ? Optional.of("a stack lists its methods: {stack: [lora, prefix-tuning]}")
            : ofStudy(key);
  }

  /** What all arms of a study share. */
  private static Optional<String> fixed(String key) {
    return StudyFile.KEYS.contains(key) && !ArmKey.NAMES.contains(key)
        ? Optional.of("'%s' does not vary: it stands at the top of the file".formatted(key))
        : Optional.empty();
  }

  private static Optional<String> ofStudy(String key) {
    return StudyFile.KEYS.contains(key)
        ? Optional.of(
            "'%s' belongs to the study, for all methods: at the top of the file".formatted(key))
        : below(key);
  }

  private static Optional<String> below(String key) {
    return BELOW.entrySet().stream()
        .filter(above -> above.getValue().contains(key))
        .findFirst()
        .map(above -> "'%s' belongs to '%s': {%s: ...}".formatted(key, above.getKey(), key));
  }

  private static Optional<String> ofTask(String key) {
    return TaskFile.KEYS.contains(key)
        ? Optional.of(
            "'%s' belongs to the task: in the file task.yaml of a folder that 'task' names"
                .formatted(key))
        : Optional.empty();
  }

  private Optional<String> varied(String key) {
    String having = having(key);
    return having.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' is a setting of %s: {method: ..., vary: {%s: [...]}}"
                .formatted(key, having, key));
  }

  private Optional<String> inMethods(String key) {
    if (key.equals(MethodsReader.METHOD) || OF_STACKS.contains(key)) {
      return Optional.of(
          "'%s' belongs to an item of 'methods', such as %s"
              .formatted(
                  key,
                  key.equals(MethodsReader.METHOD)
                      ? "{method: lora, rank: 8}"
                      : "{stack: [lora, prefix-tuning], leave-one-out: true}"));
    }
    String having = having(key);
    return having.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s' is a setting of %s: {method: ..., %s: ...}".formatted(key, having, key));
  }

  /** The methods that have a setting, by commas. */
  private String having(String setting) {
    return methods.all().stream()
        .map(each -> each.method())
        .filter(method -> names(method).contains(setting))
        .map(method -> method.spec().name())
        .collect(joining(", "));
  }

  private static List<String> names(PeftMethod method) {
    return method.spec().settings().settings().stream().map(Setting::name).toList();
  }
}
