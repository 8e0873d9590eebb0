package dev.graft.harness.study.file;

import dev.graft.GraftException;
import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Setting;
import dev.graft.harness.study.declared.DeclaredMethod;
import dev.graft.harness.study.declared.DeclaredStack;
import dev.graft.harness.study.declared.SizeMatch;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlValue;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads methods: texts as the command line takes them, or keys with the settings as values. */
final class MethodsReader {
  static final String METHOD = "method";
  static final String STACK = "stack";
  static final String LEAVE_ONE_OUT = "leave-one-out";
  static final String MATCH = "match";
  static final String VARY = Frames.VARY;

  private static final String EXPECTED =
      "a text such as lora:rank=4, {method: lora, rank: 4} or {stack: [lora, prefix-tuning]}";

  private final Methods methods;
  private final Misplaced misplaced;
  private final Optional<SizeMatch> matched;

  /**
   * A reader.
   *
   * @param misplaced says where keys belong that stand elsewhere
   * @param matched the size of methods that don't say theirs
   */
  MethodsReader(Methods methods, Misplaced misplaced, Optional<SizeMatch> matched) {
    this.methods = methods;
    this.misplaced = misplaced;
    this.matched = matched;
  }

  /** All stacks, grids and what is left out among them. */
  List<DeclaredStack> read(YamlValue value) {
    List<DeclaredStack> stacks = new ArrayList<>();
    for (YamlValue each : value.each()) {
      stacks.addAll(stacks(each));
      Grid.require(stacks.size(), each.place());
    }
    if (stacks.isEmpty()) {
      throw value.wrong("one method at least");
    }
    return stacks;
  }

  private List<DeclaredStack> stacks(YamlValue value) {
    boolean isStack = value instanceof YamlMapping keys && keys.entries().containsKey(STACK);
    List<List<DeclaredMethod>> stacks =
        isStack ? stack((YamlMapping) value) : methods(value, matched);
    String place = value.place().toString();
    return stacks.stream().map(each -> new DeclaredStack(each, place)).toList();
  }

  /** A stack as data, in all its variants, whole and in parts. */
  private List<List<DeclaredMethod>> stack(YamlMapping keys) {
    keys.only(List.of(STACK, LEAVE_ONE_OUT), misplaced::inStack);
    Map<String, List<List<DeclaredMethod>>> parts = new LinkedHashMap<>();
    for (YamlValue part : keys.get(STACK, EXPECTED).list("a list of methods").values()) {
      parts.put(String.valueOf(parts.size()), methods(part, Optional.empty()));
    }
    if (parts.isEmpty()) {
      throw keys.get(STACK, EXPECTED).wrong("one method at least");
    }
    List<List<DeclaredMethod>> stacks = new ArrayList<>();
    for (Map<String, List<DeclaredMethod>> whole : Grid.of(parts, keys.place())) {
      stacks.add(whole.values().stream().flatMap(List::stream).toList());
    }
    boolean leaves = keys.find(LEAVE_ONE_OUT).map(this::truth).orElse(false);
    return leaves ? leftOut(keys, stacks) : stacks;
  }

  private boolean truth(YamlValue value) {
    return value.scalar("true or false").truth();
  }

  private static List<List<DeclaredMethod>> leftOut(
      YamlMapping keys, List<List<DeclaredMethod>> stacks) {
    if (stacks.get(0).size() < 2) {
      throw keys.get(LEAVE_ONE_OUT, EXPECTED).wrong("a stack of two methods at least");
    }
    Stream<List<DeclaredMethod>> parts =
        stacks.stream()
            .flatMap(
                whole ->
                    IntStream.range(0, whole.size())
                        .mapToObj(
                            out ->
                                Stream.concat(
                                        whole.subList(0, out).stream(),
                                        whole.subList(out + 1, whole.size()).stream())
                                    .toList()));
    return Stream.concat(stacks.stream(), parts).distinct().toList();
  }

  /** The variants of what stands in one place; a text may be a stack. */
  private List<List<DeclaredMethod>> methods(YamlValue value, Optional<SizeMatch> size) {
    if (value instanceof YamlMapping keys) {
      return method(keys, size).stream().map(List::of).toList();
    }
    String text = value.scalar(EXPECTED).string(EXPECTED);
    List<DeclaredMethod> stack =
        Placed.at(value, () -> StackSpec.parse(text, methods)).items().stream()
            .map(DeclaredMethod::of)
            .toList();
    if (size.isPresent() && stack.size() > 1) {
      throw GraftException.input("The stack '%s' has no one setting for its size.", text)
          .in(value.place())
          .expected("a stack as data, with a match for one of its methods or none")
          .remedy("write {stack: [...]}");
    }
    return List.of(stack.stream().map(method -> sized(method, size)).toList());
  }

  private static DeclaredMethod sized(DeclaredMethod method, Optional<SizeMatch> size) {
    return new DeclaredMethod(method.item(), method.given(), size);
  }

  /** A method with its settings as keys, in all its variants. */
  private List<DeclaredMethod> method(YamlMapping keys, Optional<SizeMatch> size) {
    YamlValue name = keys.get(METHOD, EXPECTED);
    String named = name.scalar("the name of a method").string("the name of a method");
    PeftMethod method = Placed.at(name, () -> methods.get(named));
    List<String> settings =
        method.spec().settings().settings().stream().map(Setting::name).toList();
    keys.only(
        Stream.concat(Stream.of(METHOD, VARY, MATCH), settings.stream()).toList(),
        misplaced::inMethod);
    Map<String, List<String>> axes = new LinkedHashMap<>();
    for (String setting : settings) {
      keys.find(setting).ifPresent(v -> axes.put(setting, List.of(setting(method, v))));
    }
    keys.find(VARY)
        .map(
            value ->
                value
                    .mapping("settings with lists: {rank: [1, 8]}")
                    .only(settings, misplaced::inMethodVary))
        .ifPresent(vary -> vary.entries().forEach((k, e) -> vary(method, axes, k, e.value())));
    Optional<SizeMatch> own = keys.find(MATCH).isPresent() ? SizeReader.read(keys) : size;
    return Grid.of(axes, keys.place()).stream()
        .map(
            point ->
                new DeclaredMethod(
                    Placed.at(keys, () -> StackSpec.Item.read(method, point)), point.keySet(), own))
        .toList();
  }

  private static void vary(
      PeftMethod method, Map<String, List<String>> axes, String setting, YamlValue values) {
    List<YamlValue> list = values.list("a list of what it varies over").values();
    if (list.isEmpty()) {
      throw values.wrong("one value at least");
    }
    if (axes.put(setting, list.stream().map(v -> setting(method, v)).toList()) != null) {
      throw GraftException.input("The setting '%s' is held, and varies as well.", setting)
          .in(values.place())
          .expected("it once");
    }
  }

  /** The text of a setting, which the method takes. */
  private static String setting(PeftMethod method, YamlValue value) {
    String text = SettingText.of(value);
    return Placed.at(
        value,
        () -> {
          method.spec().settings().read(method.spec().name(), Map.of(value.key(), text));
          return text;
        });
  }
}
