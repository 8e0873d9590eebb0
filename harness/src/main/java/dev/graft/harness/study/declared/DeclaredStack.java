package dev.graft.harness.study.declared;

import dev.graft.GraftException;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec;
import java.util.List;
import java.util.function.Supplier;

/**
 * Methods that are used together.
 *
 * @param place where somebody wrote it, for messages
 */
public record DeclaredStack(List<DeclaredMethod> methods, String place) {
  public DeclaredStack {
    methods = List.copyOf(methods);
  }

  /** A stack as it is. */
  public static DeclaredStack of(StackSpec spec, String place) {
    return new DeclaredStack(spec.items().stream().map(DeclaredMethod::of).toList(), place);
  }

  /** It with all its methods at the sizes that they have without a match. */
  public StackSpec unmatched() {
    return new StackSpec(methods.stream().map(DeclaredMethod::item).toList());
  }

  /** It on a host, all its methods at their sizes. */
  StackSpec on(Supplier<HostShape> host) {
    try {
      return new StackSpec(methods.stream().map(method -> method.on(host)).toList());
    } catch (GraftException e) {
      GraftException failure = e.in(place);
      throw failure;
    }
  }
}
