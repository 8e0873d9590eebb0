package dev.graft.merging;

import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.GraftIntervention;
import dev.graft.transformer.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The interventions at one site, computed into its map one after the other as far as they can be:
 * outputs in stack order, then inputs from the last to the first. In the pass all inputs act before
 * all outputs, so an input is only folded when every output is.
 */
final class Folding {
  private final Site.Projection site;
  private final List<GraftIntervention<ProjectionIntervention>> all;
  private final boolean isFollowed;
  private final List<Side.Effect> effects = new ArrayList<>();
  private final Set<Integer> held = new TreeSet<>();
  private final List<Left> left = new ArrayList<>();

  /** An intervention that stays beside the weights, and why. */
  record Left(DeclaredGraft graft, String reason) {}

  /**
   * Nothing is folded yet.
   *
   * @param isFollowed whether anything acts at parts of the site, after all that acts at it
   */
  Folding(
      Site.Projection site,
      List<GraftIntervention<ProjectionIntervention>> all,
      boolean isFollowed) {
    this.site = site;
    this.all = List.copyOf(all);
    this.isFollowed = isFollowed;
    all.forEach(each -> effects.add(Side.effect(each, site)));
  }

  /** Whether any of them changes anything. */
  boolean changesAnything() {
    return effects.stream().anyMatch(each -> !each.changed().isEmpty());
  }

  /** Whether any of them changes a side. */
  boolean changes(Side side) {
    return effects.stream().anyMatch(each -> each.changed().contains(side));
  }

  /** The map with the outputs in it, up to the first that stays. */
  Affine outputs(Affine map) {
    Affine folded = map;
    Optional<String> stays = Optional.empty();
    for (int i = 0; i < all.size(); i++) {
      if (isInputOnly(i)) {
        continue;
      }
      if (changesNothing(i) && !effects.get(i).isShared()) {
        held.add(i);
        continue;
      }
      Optional<Affine> next =
          stays.isPresent() || isBothBeforeOthers(i) ? Optional.empty() : merged(i, folded);
      if (next.isPresent()) {
        folded = next.get();
        held.add(i);
      } else {
        leave(i, stays.map(Folding::after).orElse(reason(i)));
        stays = stays.isPresent() ? stays : Optional.of(name(i));
      }
    }
    return folded;
  }

  /** The map with the inputs in it as well, from the last to the first that stays. */
  Affine inputs(Affine map) {
    Affine folded = map;
    Optional<String> stays = firstLeft();
    boolean isOutput = stays.isPresent();
    for (int i = all.size() - 1; i >= 0; i--) {
      if (!isInputOnly(i)) {
        continue;
      }
      Optional<Affine> next = stays.isPresent() ? Optional.empty() : merged(i, folded);
      if (next.isPresent()) {
        folded = next.get();
        held.add(i);
      } else {
        leave(i, stays.map(isOutput ? Folding::readBy : Folding::before).orElse(reason(i)));
        stays = stays.isPresent() ? stays : Optional.of(name(i));
      }
    }
    return folded;
  }

  /** Leaves the inputs, or all that is not folded yet, for a reason. */
  void leaveInputs(String reason) {
    for (int i = 0; i < all.size(); i++) {
      if (isInputOnly(i)) {
        leave(i, reason);
      }
    }
  }

  /** Leaves all, since something of the whole that this is a part of stays. */
  void leaveAllAfter(String stays) {
    leaveAll(after(stays));
  }

  void leaveAll(String reason) {
    for (int i = 0; i < all.size(); i++) {
      leave(i, reason);
    }
  }

  private boolean isInputOnly(int i) {
    return effects.get(i).changed().equals(Set.of(Side.INPUT));
  }

  private boolean changesNothing(int i) {
    return effects.get(i).changed().isEmpty();
  }

  /** One that changes both reads what others after it would have changed. */
  private boolean isBothBeforeOthers(int i) {
    return effects.get(i).changed().size() == 2
        && (isFollowed
            || effects.subList(i + 1, effects.size()).stream()
                .anyMatch(later -> !later.changed().isEmpty()));
  }

  private Optional<Affine> merged(int i, Affine map) {
    if (effects.get(i).isShared()) {
      return Optional.empty();
    }
    return all.get(i).record("merged at " + site.path(), own -> own.merged(map));
  }

  private String reason(int i) {
    if (isBothBeforeOthers(i)) {
      return "it changes input and output, and others act after it";
    }
    return effects.get(i).isShared()
        ? "it shares tensors with other sites, which weights can't"
        : "its merged() is empty: it is no affine map, or its method does not say which";
  }

  static String after(String stays) {
    return "it comes after " + stays + ", which stays";
  }

  private static String before(String stays) {
    return "it comes before " + stays + ", which stays";
  }

  private static String readBy(String stays) {
    return "what it changes is read by " + stays + ", which stays";
  }

  private String name(int i) {
    return all.get(i).graft().name();
  }

  private void leave(int i, String reason) {
    left.add(new Left(all.get(i).graft(), reason));
  }

  /** Which are in the map, counted from 0. */
  Set<Integer> held() {
    return held;
  }

  /** The name of the graft that was the first found to stay. */
  Optional<String> firstLeft() {
    return left.stream().findFirst().map(first -> first.graft().name());
  }

  /** What stays, in the order in which that was found. */
  List<Left> left() {
    return left;
  }

  boolean isWhole() {
    return held.size() == all.size();
  }
}
