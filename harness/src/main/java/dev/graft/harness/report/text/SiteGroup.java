package dev.graft.harness.report.text;

import dev.graft.api.Site;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Targets;
import dev.graft.harness.model.Patterns;
import dev.graft.harness.report.Units;
import dev.graft.methods.StackSpec;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sites of one kind at which a graft acts.
 *
 * @param target the entry of the method's targets that names them; empty where it has none
 * @param where their paths, with stars for the numbers of blocks
 * @param shape of a projection, {@code in -> out}; empty for others
 * @param matched how many of the host's the target names
 * @param sites how many of these the graft acts at
 */
public record SiteGroup(
    String graft, String target, String where, String shape, int matched, int sites) {
  private static final String IN_PLACE = "weights of the host, trained in place";

  /** All of a stack, in its order. */
  static List<SiteGroup> of(Stack stack) {
    List<SiteGroup> groups = new ArrayList<>();
    for (int i = 0; i < stack.grafts().size(); i++) {
      DeclaredGraft graft = stack.grafts().get(i);
      Set<Site> rest = new LinkedHashSet<>(graft.sites());
      StackSpec.Item item = stack.spec().items().get(i);
      for (Setting<?> setting : item.method().spec().settings().settings()) {
        if (item.settings().get(setting) instanceof Targets targets) {
          for (String entry : targets.entries()) { // a method may have entries for other sites
            List<Site.Projection> sites = stack.host().matching(entry);
            groups.addAll(groups(graft, entry, sites));
            sites.forEach(rest::remove);
          }
        }
      }
      groups.addAll(groups(graft, "", rest));
      int inPlace =
          (int) graft.owned().stream().filter(o -> o.role() == Owned.Role.UNFROZEN).count();
      if (inPlace > 0) {
        groups.add(new SiteGroup(graft.name(), "", IN_PLACE, "", inPlace, inPlace));
      }
    }
    return groups;
  }

  private static List<SiteGroup> groups(
      DeclaredGraft graft, String target, Iterable<? extends Site> matched) {
    Set<Site> acting = new LinkedHashSet<>(graft.sites());
    Map<SiteGroup, int[]> counts = new LinkedHashMap<>();
    for (Site site : matched) {
      String shape =
          site instanceof Site.Projection projection
              ? Units.count(projection.in()) + " -> " + Units.count(projection.out())
              : "";
      SiteGroup kind = new SiteGroup(graft.name(), target, Patterns.of(site.path()), shape, 0, 0);
      int[] count = counts.computeIfAbsent(kind, k -> new int[2]);
      count[0]++;
      count[1] += acting.contains(site) ? 1 : 0;
    }
    return counts.entrySet().stream()
        .map(
            entry ->
                new SiteGroup(
                    graft.name(),
                    target,
                    entry.getKey().where(),
                    entry.getKey().shape(),
                    entry.getValue()[0],
                    entry.getValue()[1]))
        .toList();
  }

  /** {@code 24}, or {@code 12 of 24} where the graft leaves some out. */
  String count() {
    return matched == sites ? Units.count(sites) : sites + " of " + matched;
  }
}
