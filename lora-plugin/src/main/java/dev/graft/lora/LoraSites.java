package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.Host;
import dev.graft.api.Site;
import dev.graft.api.settings.PathPatterns;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import dev.graft.lora.LoraSettings.WeightTying;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the settings choose to be updated; a setting that chooses nothing is refused.
 *
 * @param table the token table, if it is among the targets
 * @param tiedHead the head that is the same weight, if it is to stay so
 */
record LoraSites(
    Optional<Site.Embeddings> table,
    List<Site.Projection> projections,
    Optional<Site.Projection> tiedHead) {
  LoraSites {
    projections = List.copyOf(projections);
  }

  static LoraSites of(Host host, Settings settings) {
    LoraSites targeted = targeted(host, settings.get(LoraSettings.TARGETS).entries());
    List<String> excluded = settings.get(LoraSettings.EXCLUDE);
    for (String entry : excluded) {
      if (targeted.paths().stream().noneMatch(path -> Targets.matches(entry, path))) {
        throw noMatch(
            LoraSettings.EXCLUDE,
            entry,
            targeted.paths().size() + " targeted projections",
            targeted.paths());
      }
    }
    List<String> blocks = blocks(host, settings.get(LoraSettings.LAYERS));
    Predicate<String> isLeft =
        path ->
            excluded.stream().noneMatch(e -> Targets.matches(e, path))
                && (blocks.isEmpty() || blocks.stream().anyMatch(path::startsWith));
    LoraSites sites =
        new LoraSites(
                targeted.table.filter(site -> isLeft.test(TokenTable.PATH)),
                targeted.projections.stream().filter(site -> isLeft.test(site.path())).toList(),
                Optional.empty())
            .tied(host, settings.get(LoraSettings.WEIGHT_TYING));
    if (sites.paths().isEmpty()) {
      throw GraftException.input(
              "exclude and layers leave none of the %d targeted projections.",
              targeted.paths().size())
          .expected("one at least")
          .line("targets", settings.get(LoraSettings.TARGETS))
          .line("exclude", Setting.written(excluded))
          .line("layers", Setting.written(settings.get(LoraSettings.LAYERS)));
    }
    requireMatches(settings, LoraSettings.RANK_PATTERN, sites.paths());
    requireMatches(settings, LoraSettings.ALPHA_PATTERN, sites.paths());
    return sites;
  }

  private static LoraSites targeted(Host host, List<String> entries) {
    List<String> ofProjections =
        entries.stream().filter(entry -> !isTable(entry, host) && !isOfHead(entry, host)).toList();
    boolean isOfTable = entries.stream().anyMatch(entry -> isTable(entry, host));
    boolean isAny = !ofProjections.isEmpty() || !isOfTable;
    return new LoraSites(
        isOfTable ? Optional.of(host.embeddings()) : Optional.empty(),
        isAny
            ? host.projections(new Targets(ofProjections.isEmpty() ? entries : ofProjections))
            : List.of(),
        Optional.empty());
  }

  /** Whether an entry names the token table; expressions are over projections. */
  static boolean isTable(String entry, Host host) {
    return PeftLoraKeys.expression(entry).isEmpty()
        && (Targets.matches(entry, TokenTable.PATH)
            || Targets.matches(entry, host.moduleName(TokenTable.PATH).orElseThrow()));
  }

  /** Whether an entry names a part of a head for classes: that is trained whole. */
  static boolean isOfHead(String entry, Host host) {
    return PeftLoraKeys.partsOfHeads(host).stream().anyMatch(part -> Targets.matches(entry, part))
        && PeftNames.projections(host).keySet().stream()
            .noneMatch(name -> Targets.matches(entry, name));
  }

  private LoraSites tied(Host host, WeightTying tying) {
    Optional<Site.Projection> head = TokenTable.of(host).tied();
    boolean isTargeted = table.isPresent() || head.filter(projections::contains).isPresent();
    return tying != WeightTying.ALL || head.isEmpty() || !isTargeted
        ? this
        : new LoraSites(
            Optional.of(host.embeddings()),
            projections.stream().filter(site -> !site.equals(head.get())).toList(),
            head);
  }

  /** The paths of all that is updated. */
  List<String> paths() {
    return Stream.concat(
            table.stream().map(site -> TokenTable.PATH),
            projections.stream().map(Site.Projection::path))
        .toList();
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
      Settings settings, Setting<? extends PathPatterns<?>> setting, List<String> paths) {
    for (String pattern : settings.get(setting).unmatched(paths)) {
      throw noMatch(setting, pattern, paths.size() + " projections to update", paths);
    }
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
