package dev.graft.methods;

import dev.graft.GraftException;
import dev.graft.api.PeftMethod;
import dev.graft.parts.PartKind;
import dev.graft.parts.Parts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The methods that are installed: found by {@link ServiceLoader}, each with where it came from. */
public final class Methods {
  private static final PartKind<PeftMethod> KIND =
      PartKind.of(PeftMethod.class, "method", (PeftMethod method) -> method.spec().name())
          .faulty(Methods::fault);

  /**
   * A method that can be used.
   *
   * @param origin the JAR or folder that brings it
   */
  public record Installed(PeftMethod method, String origin) {}

  private final Parts<PeftMethod> parts;

  private Methods(Parts<PeftMethod> parts) {
    this.parts = parts;
  }

  private static Optional<String> fault(PeftMethod method) {
    if (method.apiVersion() != PeftMethod.API_VERSION) {
      return Optional.of(
          "it was built against version %s of the contract; this is version %s: build it anew, with PeftMethod.API_VERSION as its apiVersion()"
              .formatted(method.apiVersion(), PeftMethod.API_VERSION));
    }
    return method.spec() == null ? Optional.of("it gives null for its spec()") : Optional.empty();
  }

  /**
   * {@return the methods on the class path, with its JARs that can't be read among the broken}
   *
   * @throws GraftException if two have one name
   */
  public static Methods installed() {
    return new Methods(Parts.installed(KIND, List.of()));
  }

  /**
   * {@return the methods that a class loader sees}
   *
   * @param loader of the plugins
   * @throws GraftException if two have one name
   */
  public static Methods find(ClassLoader loader) {
    return new Methods(Parts.find(KIND, loader));
  }

  /**
   * {@return the given methods, whether they are installed or not}
   *
   * @param methods a later one of a name takes the place of an earlier one
   */
  public static Methods of(List<PeftMethod> methods) {
    return new Methods(
        Parts.of(KIND, methods.stream().sorted(Comparator.comparing(KIND.name())).toList()));
  }

  /** {@return all methods that can be used, by name} */
  public List<Installed> all() {
    return parts.all().stream().map(each -> new Installed(each.part(), each.origin())).toList();
  }

  /** {@return what was found but can't be used} */
  public List<Parts.Broken> broken() {
    return parts.broken();
  }

  /**
   * {@return the method of a name}
   *
   * @param name as {@link dev.graft.api.MethodSpec#name()} spells it
   * @throws GraftException if there is none, as {@link Parts#get} says
   */
  public PeftMethod get(String name) {
    return parts.get(name);
  }

  @Override
  public String toString() {
    return parts.toString();
  }
}
