package dev.graft.harness.study.declared;

import dev.graft.GraftException;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec.Item;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A method of a stack.
 *
 * @param item at the size that it has without a match
 * @param given the settings that were named
 * @param match the size that it is to have, if any
 */
public record DeclaredMethod(Item item, Set<String> given, Optional<SizeMatch> match) {
  public DeclaredMethod {
    given = Set.copyOf(given);
  }

  /** A method as it is. */
  public static DeclaredMethod of(Item item) {
    return new DeclaredMethod(item, item.settings().changed().keySet(), Optional.empty());
  }

  /**
   * It at its size.
   *
   * @param host only asked for if there is something to match
   * @throws GraftException if it can't have that
   */
  Item on(Supplier<HostShape> host) {
    return match.map(size -> new SizeSearch(item, host.get(), size).solve(given)).orElse(item);
  }
}
