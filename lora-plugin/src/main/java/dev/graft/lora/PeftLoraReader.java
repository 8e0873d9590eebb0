package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.Host;
import dev.graft.api.Site;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Targets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a LoRA that PEFT saved. */
final class PeftLoraReader {
  private static final Pattern UPDATE =
      Pattern.compile("(.+)\\.lora_(A\\.weight|B\\.weight|magnitude_vector)");

  private final Host host;
  private final Map<String, Object> configuration;
  private final Map<String, StoredTensor> given = new TreeMap<>();

  /** By the names that PEFT has for them in this adapter. */
  private final Map<String, Site.Projection> projections = new LinkedHashMap<>();

  /** What the host's names have in front of the adapter's, if it was made for a bare model. */
  private final String front;

  PeftLoraReader(Adapter adapter, Host host) {
    this.host = host;
    this.configuration = adapter.configuration();
    PeftLoraKeys.check(configuration);
    adapter.tensors().forEach((name, numbers) -> given.put(withoutPrefix(name), numbers));
    this.front = front();
    PeftNames.projections(host).forEach((name, site) -> projections.put(withoutFront(name), site));
  }

  private static String withoutPrefix(String name) {
    if (!name.startsWith(PeftLoraWriter.PREFIX)) {
      throw GraftException.input("The adapter's tensor '%s' is none of a LoRA.", name)
          .expected("names that begin with %s", PeftLoraWriter.PREFIX);
    }
    return name.substring(PeftLoraWriter.PREFIX.length());
  }

  /** A model without a head has no name for itself in front: {@code encoder.layer.0...}. */
  private String front() {
    Collection<String> names = PeftNames.projections(host).keySet();
    for (String tensor : given.keySet()) {
      Matcher update = UPDATE.matcher(tensor);
      if (update.matches() && !names.contains(update.group(1))) {
        for (String name : names) {
          if (name.endsWith("." + update.group(1))) {
            return name.substring(0, name.length() - update.group(1).length());
          }
        }
      }
    }
    return "";
  }

  private String withoutFront(String name) {
    return name.startsWith(front) ? name.substring(front.length()) : name;
  }

  StoredGraft read() {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Set<String> updated = new LinkedHashSet<>();
    given.forEach(
        (name, numbers) -> {
          Matcher update = UPDATE.matcher(name);
          if (update.matches()) {
            updated.add(update.group(1));
            String kind = update.group(2).replace(".weight", "");
            tensors.put(path(update.group(1)) + ".lora_" + kind, numbers);
          } else if (!isCopy(name)) {
            String parameter = parameter(name);
            tensors.put(parameter, PeftNames.stored(host, parameter, numbers));
          }
        });
    checkTargets(updated);
    return new StoredGraft(LoraSettings.SPEC.read("lora", settings(updated)), tensors);
  }

  /** With bias=all, PEFT saves the biases of modules to save several times over. */
  private boolean isCopy(String name) {
    return "all".equals(configuration.get("bias"))
        && name.endsWith(".bias")
        && (name.contains(".original_module.") || name.contains(".modules_to_save."));
  }

  private String path(String module) {
    return Optional.ofNullable(projections.get(module))
        .map(Site.Projection::path)
        .orElseThrow(
            () ->
                GraftException.input(
                        "The adapter updates '%s', which is no projection of the %s host.",
                        module, host.architecture())
                    .expected("modules such as %s", projections.keySet().iterator().next()));
  }

  private String parameter(String name) {
    int dot = name.lastIndexOf('.');
    String module = dot < 0 ? name : name.substring(0, dot).replaceFirst("\\.base_layer$", "");
    return host.path(front + module)
        .or(() -> host.path(module))
        .map(path -> path + name.substring(dot))
        .orElseThrow(
            () ->
                GraftException.input(
                        "The adapter's tensor '%s' is neither an update nor a weight of the %s host, nor of a head that it can have.",
                        name, host.architecture())
                    .expected("an adapter of a %s host", host.architecture()));
  }

  private void checkTargets(Set<String> updated) {
    if (configuration.get("target_modules") == null) {
      return;
    }
    Set<String> targeted = new PeftTargets(configuration).among(projections.keySet());
    if (!targeted.equals(updated)) {
      Set<String> missing = new LinkedHashSet<>(targeted);
      missing.removeAll(updated);
      Set<String> left = new LinkedHashSet<>(updated);
      left.removeAll(targeted);
      throw GraftException.input(
              "The adapter's tensors are not those of the modules that its configuration targets.")
          .line("missing", listed(missing))
          .line("left over", listed(left))
          .remedy("use the files as they were saved");
    }
  }

  private static String listed(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private Map<String, String> settings(Set<String> updated) {
    Map<String, String> settings = new HashMap<>();
    copy("r", "rank", settings);
    copy("lora_alpha", "alpha", settings);
    copy("lora_dropout", "dropout", settings);
    copy("use_dora", "dora", settings);
    copy("use_rslora", "rank-stabilized", settings);
    copy("bias", "bias", settings);
    if ("gaussian".equals(configuration.get("init_lora_weights"))) {
      settings.put("initializer", "gaussian");
    }
    settings.put("rank-pattern", patterns("rank_pattern", updated));
    settings.put("alpha-pattern", patterns("alpha_pattern", updated));
    settings.put("modules-to-save", Setting.written(modulesToSave()));
    putTargets(updated, settings);
    return settings;
  }

  private void copy(String theirs, String ours, Map<String, String> settings) {
    Object value = configuration.get(theirs);
    if (value != null) {
      settings.put(ours, value.toString().replace('_', '-'));
    }
  }

  /** PEFT's pattern is for its names; here it is for the paths that it decides for. */
  private String patterns(String key, Set<String> updated) {
    List<String> entries = new ArrayList<>();
    Set<String> decided = new LinkedHashSet<>();
    if (configuration.get(key) instanceof Map<?, ?> patterns) {
      List<String> all = updated.stream().map(this::path).toList();
      patterns.forEach(
          (pattern, value) -> {
            List<String> paths =
                updated.stream()
                    .filter(name -> PeftTargets.matches("(.*\\.)?(" + pattern + ")", name))
                    .map(this::path)
                    .filter(decided::add)
                    .toList();
            if (!paths.isEmpty()) {
              PeftNames.shortest(paths, all).forEach(name -> entries.add(name + "=" + value));
            }
          });
    }
    return "[" + String.join(",", entries) + "]";
  }

  private List<String> modulesToSave() {
    Set<String> all = new LinkedHashSet<>();
    host.parameters().forEach(p -> all.addAll(HostWeightsToTrain.within(p.module())));
    List<String> entries = new ArrayList<>();
    PeftTargets.strings(configuration.get("modules_to_save"))
        .forEach(
            entry -> {
              Set<String> chosen = new LinkedHashSet<>();
              host.parameters().stream()
                  .map(parameter -> parameter.module())
                  .filter(
                      module ->
                          HostWeightsToTrain.within(
                                  withoutFront(host.moduleName(module).orElseThrow()))
                              .stream()
                              .anyMatch(name -> name.endsWith(entry)))
                  .forEach(chosen::add);
              // Those of the head are none of the host's modules.
              if (!chosen.isEmpty()) {
                entries.addAll(PeftNames.shortest(chosen, all));
              }
            });
    return entries;
  }

  /** PEFT's own words where they mean the same here, or else the modules one by one. */
  private void putTargets(Set<String> updated, Map<String, String> settings) {
    List<Site.Projection> sites =
        projections.values().stream().filter(site -> updated.contains(name(site))).toList();
    Map<String, String> inTheirWords = new HashMap<>(settings);
    if (front.isEmpty() && putTheirTargets(inTheirWords)) {
      List<Site.Projection> selected =
          LoraSites.of(host, LoraSettings.SPEC.read("lora", inTheirWords));
      if (selected.equals(sites)) {
        settings.putAll(inTheirWords);
        return;
      }
    }
    settings.put("targets", Setting.written(sites.stream().map(Site.Projection::path).toList()));
  }

  private String name(Site.Projection site) {
    return withoutFront(host.moduleName(site.path()).orElseThrow());
  }

  /** Whether the setting can hold what the configuration says. */
  private boolean putTheirTargets(Map<String, String> settings) {
    Object targets = configuration.get("target_modules");
    Set<String> all = projections.keySet();
    if (targets instanceof String text) {
      if (text.indexOf('/') >= 0) {
        return false;
      }
      settings.put("targets", text.equals(Targets.ALL_LINEAR) ? text : "/" + text + "/");
    } else {
      List<String> matching =
          PeftTargets.strings(targets)
              .filter(each -> all.stream().anyMatch(n -> PeftTargets.matches(List.of(each), n)))
              .toList();
      if (matching.isEmpty()) {
        return false;
      }
      settings.put("targets", Setting.written(matching));
    }
    settings.put(
        "layers",
        "["
            + String.join(
                ",", PeftTargets.strings(configuration.get("layers_to_transform")).toList())
            + "]");
    settings.put("exclude", Setting.written(excluded(targets)));
    return true;
  }

  private List<String> excluded(Object targets) {
    Object given = configuration.get("exclude_modules");
    List<Object> entries =
        given instanceof String
            ? List.of(given)
            : PeftTargets.strings(given).<Object>map(List::of).toList();
    List<String> excluded = new ArrayList<>();
    List<String> all = projections.values().stream().map(Site.Projection::path).toList();
    for (Object entry : entries) {
      List<String> paths =
          projections.keySet().stream()
              .filter(name -> PeftTargets.matches(targets, name))
              .filter(name -> PeftTargets.matches(entry, name))
              .map(this::path)
              .toList();
      if (!paths.isEmpty()) {
        excluded.addAll(PeftNames.shortest(paths, all));
      }
    }
    return excluded;
  }
}
