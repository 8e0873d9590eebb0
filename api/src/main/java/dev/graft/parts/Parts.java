package dev.graft.parts;

import static java.util.stream.Collectors.joining;

import dev.graft.GraftException;
import dev.graft.Names;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The parts of one kind that are installed: those of a program itself, in its order, and then those
 * that JARs bring as services of {@link ServiceLoader}, by name. A JAR whose part can't be used
 * leaves the others; it is named where somebody asks for what it may have brought.
 *
 * @param <T> the type of the service
 */
public final class Parts<T> {
  /** Where parts are from that no JAR brought. */
  private static final String OWN = "Graft itself";

  /**
   * A part that can be used.
   *
   * @param <T> the type of the service
   * @param origin the JAR or folder that brings it
   */
  public record Installed<T>(T part, String origin) {
    /** {@return whether no JAR brought it} */
    public boolean isOwn() {
      return origin.equals(OWN);
    }

    @Override
    public String toString() {
      return "%s of %s".formatted(part.getClass().getName(), origin);
    }
  }

  /**
   * Something that should have been a part.
   *
   * @param origin the JAR or folder that brings it
   * @param provider the name of its class, if it came that far
   * @param name by which users know the part, if it came that far
   * @param reason why it can't be used
   */
  public record Broken(
      String origin, Optional<String> provider, Optional<String> name, String reason) {
    @Override
    public String toString() {
      return "%s%s%n  %s".formatted(provider.map(type -> type + " of ").orElse(""), origin, reason);
    }
  }

  private final PartKind<T> kind;
  private final Map<String, Installed<T>> installed;
  private final List<Broken> broken;

  Parts(PartKind<T> kind, Map<String, Installed<T>> installed, List<Broken> broken) {
    this.kind = kind;
    this.installed = new LinkedHashMap<>(installed);
    this.broken = List.copyOf(broken);
  }

  /**
   * {@return the given parts and those on the class path, with its JARs that can't be read among
   * the broken}
   *
   * @param <T> the type of the service
   * @param own those of the program itself, which no JAR replaces
   * @throws GraftException if two have one name
   */
  public static <T> Parts<T> installed(PartKind<T> kind, Collection<? extends T> own) {
    return new PartFinder<>(kind, of(kind, own).installed, System.getProperty("java.class.path"))
        .find(Thread.currentThread().getContextClassLoader());
  }

  /**
   * {@return the parts that a class loader sees}
   *
   * @param <T> the type of the service
   * @throws GraftException if two have one name
   */
  public static <T> Parts<T> find(PartKind<T> kind, ClassLoader loader) {
    return new PartFinder<>(kind, Map.of(), "").find(loader);
  }

  /**
   * {@return the given parts, whether they are installed or not}
   *
   * @param <T> the type of the service
   * @param parts a later one of a name takes the place of an earlier one
   */
  public static <T> Parts<T> of(PartKind<T> kind, Collection<? extends T> parts) {
    Map<String, Installed<T>> given = new LinkedHashMap<>();
    parts.forEach(part -> given.put(kind.name().apply(part), new Installed<>(part, OWN)));
    return new Parts<>(kind, given, List.of());
  }

  /** {@return of which kind they are} */
  public PartKind<T> kind() {
    return kind;
  }

  /** {@return all that can be used, with where they are from} */
  public List<Installed<T>> all() {
    return List.copyOf(installed.values());
  }

  /** {@return what was found but can't be used} */
  public List<Broken> broken() {
    return broken;
  }

  /**
   * {@return the part of a name; absent if none can be used that has it}
   *
   * @param name by which users know it
   */
  public Optional<T> find(String name) {
    return Optional.ofNullable(installed.get(name)).map(Installed::part);
  }

  /**
   * {@return the part of a name, with where it is from}
   *
   * @param name by which users know it
   * @throws GraftException as {@link #get} does
   */
  public Installed<T> getInstalled(String name) {
    if (!installed.containsKey(name)) {
      requireNotBroken(name);
      throw none(name);
    }
    return installed.get(name);
  }

  /**
   * {@return the part of a name}
   *
   * @param name by which users know it
   * @throws GraftException if there is none, naming those that are there; a mistake of a plugin if
   *     it is broken, or may be one of the broken ones that did not come so far as to have a name
   */
  public T get(String name) {
    return getInstalled(name).part();
  }

  /**
   * Refuses a name that no part has, if a broken one has it or may have it.
   *
   * @param name by which users know the part
   * @throws GraftException which lists what is broken
   */
  public void requireNotBroken(String name) {
    List<Broken> named = broken.stream().filter(b -> b.name().equals(Optional.of(name))).toList();
    if (!named.isEmpty()) {
      throw GraftException.plugin(
          "The %s '%s' can't be used.%n%s", kind.noun(), name, listed(named));
    }
    List<Broken> nameless = broken.stream().filter(b -> b.name().isEmpty()).toList();
    if (!nameless.isEmpty() && nearest(name).isEmpty()) {
      throw GraftException.plugin(
              "There is no %s '%s' that can be used; it may be one of these, which failed before their names were known.%n%s",
              kind.noun(), name, listed(nameless))
          .line("installed", this);
    }
  }

  private GraftException none(String name) {
    String remedy =
        installed.isEmpty()
            ? "%s is found by META-INF/services/%s in its JAR or folder on the class path"
                .formatted(kind.one(), kind.service().getName())
            : "%s is installed by putting its JAR into the plugins folder; graft methods says what was found there"
                .formatted(kind.one());
    String unusable =
        broken.isEmpty()
            ? ""
            : "%n  can't be used:%n%s".formatted(listed(broken).indent(2).stripTrailing());
    return GraftException.input("There is no %s '%s'.%s", kind.noun(), name, nearest(name))
        .line("installed", "%s%s".formatted(this, unusable))
        .remedy(remedy);
  }

  private String nearest(String name) {
    return Names.didYouMean(name, installed.keySet());
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
