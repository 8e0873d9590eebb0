package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.Host;
import dev.graft.api.Site;
import dev.graft.api.settings.PathPatterns;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** The projections that the settings choose; a setting that chooses none is refused. */
final class LoraSites {
  private LoraSites() {}

  static List<Site.Projection> of(Host host, Settings settings) {
    List<Site.Projection> targeted = host.projections(settings.get(LoraSettings.TARGETS));
    List<String> excluded = settings.get(LoraSettings.EXCLUDE);
    for (String entry : excluded) {
      if (paths(targeted).stream().noneMatch(path -> Targets.matches(entry, path))) {
        throw noMatch(
            LoraSettings.EXCLUDE,
            entry,
            targeted.size() + " targeted projections",
            paths(targeted));
      }
    }
    List<String> blocks = blocks(host, settings.get(LoraSettings.LAYERS));
    List<Site.Projection> sites =
        targeted.stream()
            .filter(site -> excluded.stream().noneMatch(e -> Targets.matches(e, site.path())))
            .filter(site -> blocks.isEmpty() || blocks.stream().anyMatch(site.path()::startsWith))
            .toList();
    if (sites.isEmpty()) {
      throw GraftException.input(
              "exclude and layers leave none of the %d targeted projections.", targeted.size())
          .expected("one at least")
          .line("targets", settings.get(LoraSettings.TARGETS))
          .line("exclude", Setting.written(excluded))
          .line("layers", Setting.written(settings.get(LoraSettings.LAYERS)));
    }
    requireMatches(settings, LoraSettings.RANK_PATTERN, sites);
    requireMatches(settings, LoraSettings.ALPHA_PATTERN, sites);
    return sites;
  }

  /** How the paths of what is in the chosen blocks begin. */
  private static List<String> blocks(Host host, List<Integer> layers) {
    for (int layer : layers) {
      if (layer >= host.layers()) {
        throw GraftException.input(
                "The setting 'layers' of lora names block %d, which the %s host does not have.",
                layer, host.architecture())
            .expected("numbers from 0 to %d", host.layers() - 1);
      }
    }
    return layers.stream().map(layer -> host.blocks().get(layer).path() + ".").toList();
  }

  private static void requireMatches(
      Settings settings, Setting<? extends PathPatterns<?>> setting, List<Site.Projection> sites) {
    for (String pattern : settings.get(setting).unmatched(paths(sites))) {
      throw noMatch(setting, pattern, sites.size() + " projections to update", paths(sites));
    }
  }

  private static List<String> paths(List<Site.Projection> sites) {
    return sites.stream().map(Site.Projection::path).toList();
  }

  /** Says that an entry of a setting matches none of the paths that it could. */
  static GraftException noMatch(
      Setting<?> setting, String entry, String among, Collection<String> paths) {
    TreeSet<String> last = new TreeSet<>();
    paths.forEach(path -> last.add(path.substring(path.lastIndexOf('.') + 1)));
    return GraftException.input(
            "The entry '%s' of %s matches none of the %s.%s",
            entry, setting.name(), among, Names.didYouMean(entry, last))
        .expected(
            "%s, a path such as %s, or a regular expression",
            String.join(", ", last), paths.iterator().next());
  }
}
