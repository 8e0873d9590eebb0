package dev.graft.conformance;

import static java.util.stream.Collectors.joining;

import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Settings;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The checks that every method must pass. In the tests of a plugin, with JUnit:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> conforms() {
 *   return Conformance.of("lora").checks().stream()
 *       .map(check -> DynamicTest.dynamicTest(check.name(), check::run));
 * }
 * }</pre>
 *
 * <p>The hosts are those of {@link TinyHosts}. A host that the method refuses, with a message to
 * the user, is among the {@link #refusals}; a method that refuses all fails.
 */
public final class Conformance {
  /** The first encoder and the first decoder that a method takes: where everything is checked. */
  private static final List<List<String>> CHOSEN =
      List.of(
          List.of("bert", "roberta", "electra", "distilbert", "deberta-v2"),
          List.of("llama", "gpt2", "qwen2", "mistral"));

  private final PeftMethod method;
  private final Settings settings;
  private final List<PeftMethod> others;
  private final boolean full;
  private final List<Check> checks = new ArrayList<>();
  private final LoadedHosts hosts = new LoadedHosts();
  private final Set<String> waiting = ConcurrentHashMap.newKeySet();
  private final Set<Refusal> refusals = Collections.synchronizedSet(new LinkedHashSet<>());

  private Conformance(PeftMethod method, Settings settings, List<PeftMethod> others, boolean full) {
    this.method = method;
    this.settings = settings;
    this.others = List.copyOf(others);
    this.full = full;
    String name = method.spec().name();
    MethodRules rules = new MethodRules(method);
    add("declaration", name, rules::declaration);
    add("api-version", name, rules::apiVersion);
    add("settings", name, rules::settings);
    add("choices", name, rules::choices);
    List<String> taken = TinyHosts.names().stream().filter(this::isTaken).toList();
    add("hosts", name, () -> requireOne(taken));
    List<String> chosen = full ? taken : chosen(taken);
    for (String host : taken) {
      for (Rule rule : Rule.ALL) {
        if (rule.isFor(host, chosen.contains(host))) {
          add(rule, only(method), host);
        }
      }
    }
    for (String host : chosen) {
      for (PeftMethod other : others) {
        if (refusal(only(other), host).isPresent()) {
          continue;
        }
        stack(List.of(method, other), other, host);
        stack(List.of(other, method), other, host);
      }
    }
  }

  /**
   * {@return the checks of an installed method, with its default settings, beside all others that
   * are installed}
   *
   * @param name as {@link dev.graft.api.MethodSpec#name()} spells it
   * @throws dev.graft.GraftException if there is none of that name
   */
  public static Conformance of(String name) {
    Methods methods = Methods.installed();
    return of(methods.get(name), methods);
  }

  /**
   * {@return the checks of a method, with its default settings, beside other methods}
   *
   * @param method installed or not
   * @param beside those that it is stacked with; one of the method's own name is left out
   * @throws dev.graft.GraftException if what the method declares of itself does not hold
   */
  public static Conformance of(PeftMethod method, Methods beside) {
    List<PeftMethod> others =
        beside.all().stream()
            .map(Methods.Installed::method)
            .filter(other -> !other.spec().name().equals(method.spec().name()))
            .toList();
    return new Conformance(method, method.spec().settings().defaults(), others, false);
  }

  /**
   * {@return the checks of a method by itself, installed or not}
   *
   * @param method installed or not
   * @throws dev.graft.GraftException if what the method declares of itself does not hold
   */
  public static Conformance of(PeftMethod method) {
    return of(method, Methods.of(List.of()));
  }

  /**
   * {@return the same checks with other settings}
   *
   * @param texts as {@code SettingsSpec.read} takes them
   * @throws dev.graft.GraftException if a setting is unknown or a value is not allowed
   */
  public Conformance with(Map<String, String> texts) {
    return new Conformance(method, StackSpec.Item.read(method, texts).settings(), others, full);
  }

  /** {@return the same with every check on every host} */
  public Conformance full() {
    return new Conformance(method, settings, others, true);
  }

  /**
   * Runs all checks.
   *
   * @throws AssertionError if the method breaks a rule: the text has every one that it breaks
   */
  public void verify() {
    List<Violation> violations = new ArrayList<>();
    for (Check check : checks) {
      try {
        check.run();
      } catch (Violation e) {
        violations.add(e);
      }
    }
    if (!violations.isEmpty()) {
      AssertionError all =
          new AssertionError(
              violations.stream().map(Violation::getMessage).collect(joining("\n\n")));
      violations.forEach(all::addSuppressed);
      throw all;
    }
  }

  /** {@return the checks, each of which runs by itself} */
  public List<Check> checks() {
    return List.copyOf(checks);
  }

  /**
   * {@return what the method says it is not for} After the checks have run these are also the
   * stacks that say nothing of it, since the other method is broken by itself or drops what this
   * one adds.
   */
  public List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  private static List<String> chosen(List<String> taken) {
    return CHOSEN.stream().flatMap(kind -> kind.stream().filter(taken::contains).limit(1)).toList();
  }

  private StackSpec only(PeftMethod one) {
    return stackOf(List.of(one));
  }

  private StackSpec stackOf(List<PeftMethod> methods) {
    return new StackSpec(
        methods.stream()
            .map(
                each ->
                    new StackSpec.Item(
                        each, each == method ? settings : each.spec().settings().defaults()))
            .toList());
  }

  private void add(String rule, String subject, Check.Body body) {
    String name = rule + ": " + subject;
    waiting.add(name);
    checks.add(
        new Check(
            rule,
            subject,
            () -> {
              try {
                body.run();
              } finally {
                waiting.remove(name);
                if (waiting.isEmpty()) {
                  hosts.close();
                }
              }
            }));
  }

  private void add(Rule rule, StackSpec spec, String host) {
    add(rule.name(), spec + " on " + host, () -> check(rule, spec, host));
  }

  /** A method that fails on a host is left for the rules to find. */
  private boolean isTaken(String host) {
    Optional<String> refusal = refusal(only(method), host);
    refusal.ifPresent(reason -> refusals.add(new Refusal(host, reason)));
    return refusal.isEmpty();
  }

  private void stack(List<PeftMethod> methods, PeftMethod other, String host) {
    StackSpec spec = stackOf(methods);
    Optional<String> refusal = refusal(spec, host);
    if (refusal.isPresent()) {
      refusals.add(new Refusal(spec + " on " + host, refusal.get()));
    } else {
      add(
          Rule.STACKING.name(),
          spec + " on " + host,
          () -> {
            try {
              check(Rule.STACKING, spec, host);
            } catch (Finding | RuntimeException e) {
              Optional<String> fault = faultOf(other, e, host);
              if (fault.isPresent()) {
                refusals.add(new Refusal(spec + " on " + host, fault.get()));
              } else if (keepsStackingAlone(method, host)) {
                throw new Finding("alone: both keep the rule, together they break it", e);
              } else {
                throw e;
              }
            }
          });
    }
  }

  /** What the other method of a stack does wrong, where the failure is not this one's. */
  private Optional<String> faultOf(PeftMethod other, Exception failure, String host) {
    String name = other.spec().name();
    if (!keepsStackingAlone(other, host)) {
      return Optional.of("%s breaks the rule '%s' by itself".formatted(name, Rule.STACKING.name()));
    }
    return failure instanceof StackingRule.Dropped dropped
            && dropped.graft().equals(method.spec().name())
        ? Optional.of("%s drops what %s adds".formatted(name, dropped.graft()))
        : Optional.empty();
  }

  private boolean keepsStackingAlone(PeftMethod one, String host) {
    try {
      check(Rule.STACKING, only(one), host);
      return true;
    } catch (Finding | RuntimeException e) {
      return false;
    }
  }

  private void check(Rule rule, StackSpec spec, String host) throws Finding {
    try (Bench bench = new Bench(spec, hosts, host, rule.options())) {
      rule.body().check(bench);
    }
  }

  private static Optional<String> refusal(StackSpec spec, String host) {
    try {
      Bench.stack(HostShape.of(TinyHosts.config(host)), spec);
      return Optional.empty();
    } catch (RuntimeException e) {
      return Bench.isRefusal(e) ? Optional.of(e.getMessage()) : Optional.empty();
    }
  }

  private void requireOne(List<String> taken) throws Finding {
    if (taken.isEmpty()) {
      throw new Finding(
          "all hosts of the kit",
          "a method takes one of " + TinyHosts.names(),
          refusals.iterator().next().toString());
    }
  }
}
