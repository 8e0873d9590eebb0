package dev.graft.api;

import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The methods that are installed: found by {@link ServiceLoader}, each with where it came from. */
public final class Methods {
  /** A method and the file or folder its class was loaded from. */
  public record Installed(PeftMethod method, String origin) {}

  /** A provider that can't be used, and why. */
  public record Broken(String provider, String reason) {}

  private final Map<String, Installed> installed;
  private final List<Broken> broken;

  private Methods(Map<String, Installed> installed, List<Broken> broken) {
    this.installed = new TreeMap<>(installed);
    this.broken = List.copyOf(broken);
  }

  /**
   * {@return the methods on the class path of the thread's context class loader}
   *
   * @throws GraftException if two have one name
   */
  public static Methods installed() {
    return find(Thread.currentThread().getContextClassLoader());
  }

  /**
   * {@return the given methods, whether they are installed or not}
   *
   * @param methods a later one of a name takes the place of an earlier one
   */
  public static Methods of(List<PeftMethod> methods) {
    Map<String, Installed> given = new LinkedHashMap<>();
    methods.forEach(m -> given.put(m.name(), new Installed(m, origin(m.getClass()))));
    return new Methods(given, List.of());
  }

  /** Why a method can't be used under its name or in this version of the contract, if so. */
  private static Optional<String> problem(PeftMethod method) {
    if (method.apiVersion() != PeftMethod.API_VERSION) {
      return Optional.of(
          "built against version %d of the contract; this is version %d"
              .formatted(method.apiVersion(), PeftMethod.API_VERSION));
    }
    return isName(method.name())
        ? Optional.empty()
        : Optional.of("its name '" + method.name() + "' is not lower-case words joined by hyphens");
  }

  /**
   * {@return whether a method may have this name: lower-case words joined by hyphens}
   *
   * @param name any text
   */
  public static boolean isName(String name) {
    return name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  }

  /**
   * {@return the methods that a class loader sees}
   *
   * @param loader null for the system's
   * @throws GraftException if two have one name
   */
  public static Methods find(ClassLoader loader) {
    Map<String, Installed> found = new LinkedHashMap<>();
    List<Broken> broken = new ArrayList<>();
    Iterator<ServiceLoader.Provider<PeftMethod>> providers =
        ServiceLoader.load(PeftMethod.class, loader).stream().iterator();
    while (true) {
      ServiceLoader.Provider<PeftMethod> provider;
      try {
        if (!providers.hasNext()) {
          break;
        }
        provider = providers.next();
      } catch (ServiceConfigurationError e) {
        broken.add(new Broken("a service file", e.getMessage()));
        continue;
      }
      add(provider, found, broken);
    }
    return new Methods(found, broken);
  }

  private static void add(
      ServiceLoader.Provider<PeftMethod> provider,
      Map<String, Installed> found,
      List<Broken> broken) {
    String origin = origin(provider.type());
    String source = provider.type().getName() + " of " + origin;
    String name;
    PeftMethod method;
    try {
      method = provider.get();
      name = method.name();
      Optional<String> problem = problem(method);
      if (problem.isPresent()) {
        broken.add(new Broken(source, problem.get()));
        return;
      }
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      broken.add(new Broken(source, cause.toString()));
      return;
    }
    Installed other = found.putIfAbsent(name, new Installed(method, origin));
    if (other != null) {
      throw GraftException.plugin(
          "Two plugins have a method '%s'.%n  one: %s of %s%n  the other: %s%n  remove one of them"
              .formatted(name, other.method().getClass().getName(), other.origin(), source));
    }
  }

  private static String origin(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    return location == null ? "an unknown place" : location.getPath();
  }

  /** {@return all methods by name} */
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
   * @param name as {@link PeftMethod#name()} spells it
   * @throws GraftException if there is none, naming those that are there
   */
  public PeftMethod get(String name) {
    Installed method = installed.get(name);
    if (method == null) {
      throw GraftException.input(
          "There is no method '%s'.%s%n  installed: %s%n  a method is installed by putting its JAR into the plugins folder"
              .formatted(
                  name,
                  Names.didYouMean(name, installed.keySet()),
                  installed.isEmpty() ? "none" : String.join(", ", installed.keySet())));
    }
    return method.method();
  }

  @Override
  public String toString() {
    return String.join(", ", installed.keySet());
  }
}
