package dev.graft.harness;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Packages from top to bottom: each may know those below it, and none above.
 *
 * @param root every package in it, itself included, is to be listed
 * @param besides packages in the root that are modules of their own
 * @param packages without those below them
 */
record Layers(String root, List<String> besides, List<String> packages) {
  static Layers of(String root, String... packages) {
    return new Layers(root, List.of(), List.of(packages));
  }

  Layers besides(String... others) {
    return new Layers(root, List.of(others), packages);
  }

  @Override
  public String toString() {
    return root;
  }

  /** A line for each package that is not as listed, and for each arrow that runs back up. */
  Set<String> violations(JavaClasses classes) {
    Set<String> violations = new TreeSet<>();
    Set<String> empty = new HashSet<>(packages);
    for (JavaClass each : classes) {
      String name = each.getPackageName();
      if (isInside(name)) {
        empty.remove(name);
        if (!packages.contains(name)) {
          violations.add(name + " is not listed");
        }
        each.getDirectDependenciesFromSelf().stream()
            .map(this::upwards)
            .flatMap(Optional::stream)
            .forEach(violations::add);
      }
    }
    empty.forEach(name -> violations.add(name + " has no classes"));
    return violations;
  }

  private boolean isInside(String name) {
    return isInside(name, root) && besides.stream().noneMatch(other -> isInside(name, other));
  }

  private static boolean isInside(String name, String parent) {
    return name.equals(parent) || name.startsWith(parent + ".");
  }

  private Optional<String> upwards(Dependency dependency) {
    int from = packages.indexOf(dependency.getOriginClass().getPackageName());
    int to = packages.indexOf(dependency.getTargetClass().getBaseComponentType().getPackageName());
    return to >= 0 && to < from ? Optional.of(dependency.getDescription()) : Optional.empty();
  }
}
