package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Site;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Targets;
import dev.graft.lora.LoraSettings.WeightTying;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
      Pattern.compile(
          "(.+)\\.lora_(A\\.weight|B\\.weight|embedding_A|embedding_B|magnitude_vector)");

  private final Host host;
  private final Map<String, Object> configuration;
  private final Map<String, StoredTensor> given = new TreeMap<>();

  /** The names of those that are as in the base. */
  private final Set<String> ofBase = new HashSet<>();

  /** By the names that PEFT has for them in this adapter. */
  private final Map<String, Site.Projection> projections = new LinkedHashMap<>();

  /** What the host's names have in front of the adapter's, if it was made for a bare model. */
  private final String front;

  /** What PEFT calls the token table in this adapter. */
  private final String words;

  PeftLoraReader(Adapter adapter, Host host) {
    this.host = host;
    this.configuration = adapter.configuration();
    PeftLoraKeys.check(configuration);
    adapter.tensors().forEach((name, numbers) -> given.put(withoutPrefix(name), numbers));
    adapter.ofBase().forEach(name -> ofBase.add(withoutPrefix(name)));
    this.front = front();
    this.words = withoutFront(PeftNames.words(host));
    boolean hasHead = !"SEQ_CLS".equals(configuration.get("task_type"));
    PeftNames.projections(host)
        .forEach(
            (name, site) -> {
              if (hasHead || !site.path().equals(TokenTable.HEAD)) {
                projections.put(withoutFront(name), site);
              }
            });
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
    Collection<String> names = new LinkedHashSet<>(PeftNames.projections(host).keySet());
    names.add(PeftNames.words(host));
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
            tensors.put(path(update.group(1), kind) + ".lora_" + kind, numbers);
          } else if (!isCopy(name)) {
            String parameter = parameter(name);
            if (!PeftTables.isTable(parameter) && !isOfBase(name)) {
              tensors.put(parameter, PeftNames.stored(host, parameter, numbers));
            }
          }
        });
    PeftTables tables = new PeftTables(configuration, given, ofBase, updated, host, words);
    tensors.putAll(tables.tensors());
    checkTargets(updated, tables.tying());
    if (tables.tying() == WeightTying.ALL) {
      takeTiedHead(tensors, updated);
    }
    return new StoredGraft(LoraSettings.SPEC.read("lora", settings(updated, tables)), tensors);
  }

  /** A head that is to stay the token table has the table's update over again. */
  private void takeTiedHead(Map<String, StoredTensor> tensors, Set<String> updated) {
    updated.remove(TokenTable.HEAD);
    StoredTensor a = tensors.remove(TokenTable.HEAD + ".lora_A");
    StoredTensor b = tensors.remove(TokenTable.HEAD + ".lora_B");
    if (!isTransposed(a, tensors.get(LoraFactors.name(TokenTable.PATH, "B")))
        || !isTransposed(b, tensors.get(LoraFactors.name(TokenTable.PATH, "A")))) {
      throw GraftException.input(
              "The adapter's updates of '%s' and '%s' are not one, as ensure_weight_tying says.",
              words, TokenTable.HEAD)
          .expected("factors that are each other's transposes")
          .remedy("save it again by save_pretrained, or without ensure_weight_tying");
    }
  }

  private static boolean isTransposed(StoredTensor one, StoredTensor other) {
    return one != null
        && other != null
        && Arrays.equals(one.elements(), PeftNames.transposed(other).elements());
  }

  /** A weight that the base has just so, and that is not trained. */
  private boolean isOfBase(String name) {
    String module = name.substring(0, name.lastIndexOf('.'));
    boolean isSaved =
        PeftTargets.strings(configuration.get("modules_to_save"))
            .anyMatch(
                entry ->
                    HostWeightsToTrain.within(module).stream().anyMatch(m -> m.endsWith(entry)));
    boolean isTrainedBias =
        name.endsWith(".bias") && !"none".equals(configuration.getOrDefault("bias", "none"));
    return ofBase.contains(name) && !isSaved && !isTrainedBias;
  }

  /** What PEFT saves of modules to save over again: biases with bias=all, and tables. */
  private boolean isCopy(String name) {
    boolean isTable = name.startsWith(words + ".") || name.startsWith(TokenTable.HEAD + ".");
    boolean isBias = "all".equals(configuration.get("bias")) && name.endsWith(".bias");
    return (isBias || isTable)
        && (name.contains(".original_module.") || name.contains(".modules_to_save."));
  }

  private String path(String module, String kind) {
    if (module.equals(words)) {
      return TokenTable.PATH;
    }
    if (kind.startsWith("embedding")) {
      throw GraftException.input(
              "The adapter updates the embeddings '%s', and lora updates those of tokens only.",
              module)
          .expected("updates of '%s', or of projections", words)
          .remedy(PeftLoraKeys.MERGE_IT);
    }
    return path(module);
  }

  private String path(String module) {
    if (module.equals(words)) {
      return TokenTable.PATH;
    }
    return Optional.ofNullable(projections.get(module))
        .map(Site.Projection::path)
        .orElseThrow(
            () ->
                GraftException.input(
                        "The adapter updates '%s', which is no projection of the %s host.",
                        module, host.architecture())
                    .expected("modules such as %s", projections.keySet().iterator().next())
                    .remedy(PeftLoraKeys.MERGE_IT));
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

  /** The modules that can have updates, by PEFT's names. */
  private Set<String> all() {
    Set<String> all = new LinkedHashSet<>(projections.keySet());
    all.add(words);
    return all;
  }

  private void checkTargets(Set<String> updated, WeightTying tying) {
    if (configuration.get("target_modules") == null) {
      return;
    }
    Set<String> targeted = new PeftTargets(configuration).among(all());
    if (tying == WeightTying.ALL) {
      targeted.addAll(List.of(words, TokenTable.HEAD));
    }
    if (!targeted.equals(updated)) {
      Set<String> missing = new LinkedHashSet<>(targeted);
      missing.removeAll(updated);
      Set<String> left = new LinkedHashSet<>(updated);
      left.removeAll(targeted);
      throw GraftException.input(
              "The adapter's tensors are not those of the modules that its configuration targets.")
          .line("missing", listed(missing))
          .line("left over", listed(left))
          .remedy(PeftLoraKeys.MERGE_IT);
    }
  }

  private static String listed(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private Map<String, String> settings(Set<String> updated, PeftTables tables) {
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
    List<String> modules = modulesToSave();
    modules.addAll(tables.modules());
    settings.put("modules-to-save", Setting.written(modules));
    tables.describe(settings);
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
                    .filter(PeftTargets.selecting("(.*\\.)?(" + pattern + ")"))
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
                  .filter(parameter -> !PeftTables.isTable(parameter.name()))
                  .map(HostParameter::module)
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
    List<String> sites = new ArrayList<>();
    if (updated.contains(words)) {
      sites.add(TokenTable.PATH);
    }
    projections.values().stream()
        .filter(site -> updated.contains(name(site)))
        .forEach(site -> sites.add(site.path()));
    Map<String, String> inTheirWords = new HashMap<>(settings);
    if (front.isEmpty() && putTheirTargets(inTheirWords)) {
      if (LoraSites.of(host, LoraSettings.SPEC.read("lora", inTheirWords)).paths().equals(sites)) {
        settings.putAll(inTheirWords);
        return;
      }
    }
    settings.put("targets", Setting.written(sites));
  }

  private String name(Site.Projection site) {
    return withoutFront(host.moduleName(site.path()).orElseThrow());
  }

  /** Whether the setting can hold what the configuration says. */
  private boolean putTheirTargets(Map<String, String> settings) {
    Object targets = configuration.get("target_modules");
    Set<String> all = all();
    all.addAll(PeftLoraKeys.partsOfHeads(host));
    if (targets instanceof String text) {
      if (text.indexOf('/') >= 0) {
        return false;
      }
      settings.put("targets", text.equals(Targets.ALL_LINEAR) ? text : "/" + text + "/");
    } else {
      List<String> matching =
          PeftTargets.strings(targets)
              .filter(each -> all.stream().anyMatch(PeftTargets.selecting(List.of(each))))
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
    List<String> all = all().stream().map(this::path).toList();
    for (Object entry : entries) {
      List<String> paths =
          all().stream()
              .filter(PeftTargets.selecting(targets))
              .filter(PeftTargets.selecting(entry))
              .map(this::path)
              .toList();
      if (!paths.isEmpty()) {
        excluded.addAll(PeftNames.shortest(paths, all));
      }
    }
    return excluded;
  }
}
