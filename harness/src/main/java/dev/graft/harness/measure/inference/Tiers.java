package dev.graft.harness.measure.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Arms by what can be told apart. The best arm leads the first tier, in which are all that are not
 * shown to differ from it; the best of the others leads the next, and so on. So the first tier
 * holds the truly best arm with the level of the tests (the subset selection of Gupta,
 * Technometrics 7, 1965). Arms of one tier need not be equal, and an arm need not differ from every
 * one of the tier above it: only from its leader.
 */
public final class Tiers {
  private Tiers() {}

  /**
   * Sorts arms into tiers.
   *
   * @param bestFirst the arms by their means
   * @param differ whether two are shown to differ
   */
  public static List<List<String>> of(List<String> bestFirst, BiPredicate<String, String> differ) {
    List<List<String>> tiers = new ArrayList<>();
    List<String> left = new ArrayList<>(bestFirst);
    while (!left.isEmpty()) {
      String leader = left.get(0);
      List<String> tier =
          left.stream().filter(arm -> arm.equals(leader) || !differ.test(leader, arm)).toList();
      tiers.add(tier);
      left.removeAll(tier);
    }
    return tiers;
  }
}
