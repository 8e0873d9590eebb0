package dev.graft.methods;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.PeftMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The methods that are installed: found by {@link ServiceLoader}, each with where it came from. */
public final class Methods {
  /**
   * A method that can be used.
   *
   * @param origin the JAR or folder that brings it
   */
  public record Installed(PeftMethod method, String origin) {}

  /**
   * Something that should have been a method.
   *
   * @param origin the JAR or folder that brings it
   * @param provider the name of its class, if it came that far
   * @param name by which users know the method, if it came that far
   * @param reason why it can't be used
   */
  public record Broken(
      String origin, Optional<String> provider, Optional<String> name, String reason) {
    @Override
    public String toString() {
      return "%s%s%n  %s".formatted(provider.map(type -> type + " of ").orElse(""), origin, reason);
    }
  }

  private final Map<String, Installed> installed;
  private final List<Broken> broken;

  Methods(Map<String, Installed> installed, List<Broken> broken) {
    this.installed = new TreeMap<>(installed);
    this.broken = List.copyOf(broken);
  }

  /**
   * {@return the methods on the class path, with its JARs that can't be read among the broken}
   *
   * @throws GraftException if two have one name
   */
  public static Methods installed() {
    return new MethodFinder(Thread.currentThread().getContextClassLoader())
        .withBrokenJars(System.getProperty("java.class.path"))
        .find();
  }

  /**
   * {@return the methods that a class loader sees}
   *
   * @param loader of the plugins
   * @throws GraftException if two have one name
   */
  public static Methods find(ClassLoader loader) {
    return new MethodFinder(loader).find();
  }

  /**
   * {@return the given methods, whether they are installed or not}
   *
   * @param methods a later one of a name takes the place of an earlier one
   */
  public static Methods of(List<PeftMethod> methods) {
    Map<String, Installed> given = new LinkedHashMap<>();
    methods.forEach(m -> given.put(m.spec().name(), new Installed(m, m.getClass().getName())));
    return new Methods(given, List.of());
  }

  /** {@return all methods that can be used, by name} */
  public List<Installed> all() {
    return List.copyOf(installed.values());
  }

  /** {@return what was found but can't be used} */
  public List<Broken> broken() {
    return broken;
  }

  /**
   * {@return the method of a name}
   *
   * @param name as {@link dev.graft.api.MethodSpec#name()} spells it
   * @throws GraftException if there is none, naming those that are there; a mistake of a plugin if
   *     it is broken, or may be one of the broken ones that did not come so far as to have a name
   */
  public PeftMethod get(String name) {
    Installed method = installed.get(name);
    if (method != null) {
      return method.method();
    }
    List<Broken> named = broken.stream().filter(b -> b.name().equals(Optional.of(name))).toList();
    if (!named.isEmpty()) {
      throw GraftException.plugin("The method '%s' can't be used.%n%s", name, listed(named));
    }
    List<Broken> nameless = broken.stream().filter(b -> b.name().isEmpty()).toList();
    String nearest = Names.didYouMean(name, installed.keySet());
    if (!nameless.isEmpty() && nearest.isEmpty()) {
      throw GraftException.plugin(
              "There is no method '%s' that can be used; it may be one of these, which failed before their names were known.%n%s",
              name, listed(nameless))
          .line("installed", this);
    }
    String remedy =
        installed.isEmpty()
            ? "a method is found by META-INF/services/%s in its JAR or folder on the class path"
                .formatted(PeftMethod.class.getName())
            : "a method is installed by putting its JAR into the plugins folder; graft methods says what was found there";
    String unusable =
        broken.isEmpty()
            ? ""
            : "%n  can't be used:%n%s".formatted(listed(broken).indent(2).stripTrailing());
    throw GraftException.input("There is no method '%s'.%s", name, nearest)
        .line("installed", "%s%s".formatted(this, unusable))
        .remedy(remedy);
  }

  private static String listed(List<Broken> broken) {
    return broken.stream()
        .map(each -> each.toString().indent(2).stripTrailing())
        .collect(joining("\n"));
  }

  @Override
  public String toString() {
    return installed.isEmpty() ? "none" : String.join(", ", installed.keySet());
  }
}
