package dev.graft.lora;

import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Site;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.Targets;
import dev.graft.program.Shape;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What PEFT calls the modules of a host. */
final class PeftNames {
  private PeftNames() {}

  /** The projections that are modules of the checkpoint, by their names there. */
  static Map<String, Site.Projection> projections(Host host) {
    Map<String, Site.Projection> named = new LinkedHashMap<>();
    for (Site.Projection site : host.projections(Targets.of("/.*/"))) {
      host.moduleName(site.path()).ifPresent(name -> named.put(name, site));
    }
    return named;
  }

  /** What PEFT calls the token table. */
  static String words(Host host) {
    return host.moduleName(TokenTable.PATH).orElseThrow();
  }

  /** All modules that have weights, and those that these are parts of, by their names there. */
  static Set<String> modules(Host host) {
    Set<String> names = new LinkedHashSet<>();
    for (HostParameter parameter : TokenTable.andParameters(host)) {
      host.moduleName(parameter.module())
          .ifPresent(name -> names.addAll(HostWeightsToTrain.within(name)));
    }
    return names;
  }

  /** Whether linear layers are stored as (in, out): those of GPT-2, and of no other host. */
  static boolean isTransposed(Host host) {
    return host.architecture().equals("gpt2");
  }

  /** A weight of the host as the checkpoint stores it, or back: transposing is its own inverse. */
  static StoredTensor stored(Host host, String parameter, StoredTensor numbers) {
    boolean linear =
        parameter.endsWith(".weight")
            && PeftNames.projections(host).values().stream()
                .anyMatch(site -> parameter.equals(site.path() + ".weight"));
    if (!linear || !isTransposed(host) || parameter.equals("lm_head.weight")) {
      return numbers;
    }
    return transposed(numbers);
  }

  /** The transpose of a matrix. */
  static StoredTensor transposed(StoredTensor numbers) {
    int rows = numbers.size(0);
    int columns = numbers.size(1);
    float[] transposed = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = numbers.elements()[row * columns + column];
      }
    }
    return new StoredTensor(Shape.of(columns, rows), transposed);
  }

  /**
   * The shortest last part that all of the chosen names have and no other name has, or else the
   * chosen names as they are.
   */
  static List<String> shortest(Collection<String> chosen, Collection<String> all) {
    return suffix(Set.copyOf(chosen), all).map(List::of).orElse(List.copyOf(chosen));
  }

  private static Optional<String> suffix(Set<String> chosen, Collection<String> all) {
    String any = chosen.iterator().next();
    for (String suffix = last(any); ; suffix = longer(any, suffix)) {
      String end = suffix;
      Set<String> selected =
          all.stream().filter(name -> Targets.matches(end, name)).collect(Collectors.toSet());
      // What would begin with the number of a block is clearer whole.
      boolean inABlock = Character.isDigit(suffix.charAt(0));
      if (selected.equals(chosen)) {
        return inABlock ? Optional.empty() : Optional.of(suffix);
      }
      if (!selected.containsAll(chosen) || suffix.equals(any)) {
        return Optional.empty();
      }
    }
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String longer(String name, String suffix) {
    int end = name.length() - suffix.length() - 1;
    return name.substring(name.lastIndexOf('.', end - 1) + 1);
  }
}
