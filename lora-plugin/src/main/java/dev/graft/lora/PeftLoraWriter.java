package dev.graft.lora;

import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Site;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.PathPatterns;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import dev.graft.lora.LoraSettings.WeightTying;
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
import java.util.function.Function;

/** Writes a LoRA as PEFT saves it. */
final class PeftLoraWriter {
  static final String PREFIX = "base_model.model.";

  /** The version whose configuration is written. */
  private static final String VERSION = "0.21.0";

  /** The order in which a fused projection holds its parts. */
  private static final List<String> PARTS = List.of("query", "key", "value");

  private final Host host;
  private final StoredGraft graft;
  private final Settings settings;
  private final boolean languageModel;
  private final Map<String, Site.Projection> projections;
  private final String words;

  /** By PEFT's names. */
  private final Map<String, LoraFactors> factors = new LinkedHashMap<>();

  /** From PEFT's names to the paths whose settings hold; none for fused ones. */
  private final Map<String, String> paths = new LinkedHashMap<>();

  PeftLoraWriter(StoredGraft graft, Host host, boolean languageModel) {
    this.host = host;
    this.graft = graft;
    this.languageModel = languageModel;
    this.settings = graft.settings();
    this.projections = PeftNames.projections(host);
    this.words = PeftNames.words(host);
    LoraSites sites = LoraSites.of(host, settings);
    if (sites.table().isPresent()) {
      LoraFactors update = LoraFactors.of(TokenTable.PATH, graft);
      factors.put(words, update);
      paths.put(words, TokenTable.PATH);
      if (languageModel && sites.tiedHead().isPresent()) {
        factors.put(TokenTable.HEAD, update.ofTiedHead(graft));
        paths.put(TokenTable.HEAD, TokenTable.PATH);
      }
    }
    for (Site.Projection site : sites.projections()) {
      Optional<String> name = host.moduleName(site.path());
      if (name.isPresent()) {
        factors.put(name.get(), LoraFactors.of(site.path(), graft));
        paths.put(name.get(), site.path());
      } else {
        String attention = site.path().substring(0, site.path().lastIndexOf('.') + 1);
        factors.computeIfAbsent(
            host.moduleName(attention + "qkv").orElseThrow(), whole -> fused(whole, attention));
      }
    }
  }

  private LoraFactors fused(String name, String attention) {
    return LoraFactors.fused(
        name,
        PARTS.stream()
            .map(part -> attention + part)
            .map(
                path ->
                    graft.tensors().containsKey(path + ".lora_A")
                        ? Optional.of(LoraFactors.of(path, graft))
                        : Optional.<LoraFactors>empty())
            .toList(),
        settings);
  }

  Adapter write() {
    return new Adapter(configuration(), tensors(), PREFIX);
  }

  private Map<String, StoredTensor> tensors() {
    Map<String, StoredTensor> tensors = new TreeMap<>();
    factors.forEach(
        (name, update) -> {
          boolean isTable = name.equals(words);
          tensors.put(
              PREFIX + name + (isTable ? ".lora_embedding_A" : ".lora_A.weight"), update.a());
          tensors.put(
              PREFIX + name + (isTable ? ".lora_embedding_B" : ".lora_B.weight"), update.b());
          update
              .magnitude()
              .ifPresent(m -> tensors.put(PREFIX + name + ".lora_magnitude_vector", m));
        });
    for (HostParameter parameter : TokenTable.andParameters(host)) {
      boolean isHead = parameter.module().equals(TokenTable.HEAD);
      StoredTensor trained =
          graft
              .tensors()
              .get(isHead && isTrainedAsOne() ? TokenTable.PATH + ".weight" : parameter.name());
      if (trained != null && (languageModel || !isHead)) {
        String module = host.moduleName(parameter.module()).orElseThrow();
        String kind = parameter.name().substring(parameter.module().length());
        // PEFT puts the module that it updates inside of one of its own.
        String name = factors.containsKey(module) ? module + ".base_layer" + kind : module + kind;
        tensors.put(PREFIX + name, PeftNames.stored(host, parameter.name(), trained));
      }
    }
    return tensors;
  }

  /** Whether table and head are trained whole and stay one weight. */
  private boolean isTrainedAsOne() {
    return languageModel
        && settings.get(LoraSettings.WEIGHT_TYING) != WeightTying.NONE
        && TokenTable.of(host).tied().isPresent()
        && graft.tensors().containsKey(TokenTable.PATH + ".weight");
  }

  /** Whether table and head are updated and stay one weight. */
  private boolean isUpdatedAsOne() {
    return TokenTable.PATH.equals(paths.get(TokenTable.HEAD));
  }

  private Map<String, Object> configuration() {
    Map<String, Object> configuration = new HashMap<>();
    PeftLoraKeys.UNUSED.forEach(configuration::put);
    configuration.put("inference_mode", true);
    configuration.put("peft_type", "LORA");
    configuration.put("peft_version", VERSION);
    configuration.put("task_type", languageModel ? "CAUSAL_LM" : "SEQ_CLS");
    configuration.put("fan_in_fan_out", PeftNames.isTransposed(host));
    configuration.put("bias", Setting.written(settings.get(LoraSettings.BIAS)).replace('-', '_'));
    configuration.put("lora_dropout", settings.get(LoraSettings.DROPOUT));
    configuration.put("use_dora", settings.get(LoraSettings.DORA));
    configuration.put("use_rslora", settings.get(LoraSettings.RANK_STABILIZED));
    configuration.put("init_lora_weights", true);
    if (settings.get(LoraSettings.INITIALIZER) == LoraInitialization.GAUSSIAN) {
      configuration.put("init_lora_weights", "gaussian");
    }
    putRanks(configuration);
    configuration.put("modules_to_save", modulesToSave());
    configuration.put("ensure_weight_tying", isTrainedAsOne() || isUpdatedAsOne());
    putTargets(configuration);
    return configuration;
  }

  private void putRanks(Map<String, Object> configuration) {
    LoraFactors any = factors.values().iterator().next();
    int times = settings.get(LoraSettings.INITIALIZER) == LoraInitialization.PISSA ? 2 : 1;
    long rank = paths.isEmpty() ? any.rank() : (long) times * settings.get(LoraSettings.RANK);
    double alpha =
        paths.isEmpty()
            ? any.alpha()
            : LoraFactors.widened(settings.get(LoraSettings.ALPHA), times, settings);
    configuration.put("r", rank);
    configuration.put("lora_alpha", number(alpha));
    configuration.put(
        "rank_pattern", patterns(settings.get(LoraSettings.RANK_PATTERN), rank, LoraFactors::rank));
    configuration.put(
        "alpha_pattern",
        patterns(
            settings.get(LoraSettings.ALPHA_PATTERN),
            number(alpha),
            update -> number(update.alpha())));
  }

  /** The values that are not the common one, for as few patterns as there are here. */
  private Map<String, Object> patterns(
      PathPatterns<?> given, Object common, Function<LoraFactors, Object> value) {
    Map<List<Object>, Set<String>> groups = new LinkedHashMap<>();
    factors.forEach(
        (name, update) -> {
          if (!value.apply(update).equals(common)) {
            String pattern =
                Optional.ofNullable(paths.get(name)).flatMap(given::pattern).orElse("");
            groups
                .computeIfAbsent(
                    List.of(pattern, value.apply(update)), any -> new LinkedHashSet<>())
                .add(name);
          }
        });
    Map<String, Object> patterns = new TreeMap<>();
    groups.forEach(
        (group, names) ->
            PeftNames.shortest(names, factors.keySet())
                .forEach(name -> patterns.put(name, group.get(1))));
    return patterns;
  }

  /** A whole number as one. */
  private static Object number(double number) {
    return number == Math.rint(number) ? (Object) (long) number : (Object) number;
  }

  private List<String> modulesToSave() {
    Set<String> all = PeftNames.modules(host);
    Set<String> names = new LinkedHashSet<>();
    for (String entry : settings.get(LoraSettings.MODULES_TO_SAVE)) {
      Set<String> chosen = new LinkedHashSet<>();
      HostWeightsToTrain.modules(host, List.of(entry)).stream()
          .filter(p -> languageModel || !p.module().equals(TokenTable.HEAD))
          .forEach(p -> chosen.add(host.moduleName(p.module()).orElseThrow()));
      if (chosen.isEmpty()) {
        continue;
      }
      List<String> shortest = PeftNames.shortest(chosen, all);
      // PEFT does not mind dots here: 'norm' would be 'post_attention_layernorm' as well.
      boolean exact =
          all.stream().filter(name -> shortest.stream().anyMatch(name::endsWith)).count()
              == chosen.size();
      names.addAll(exact ? shortest : chosen);
    }
    if (isTrainedAsOne()) {
      names.remove(TokenTable.HEAD);
      names.removeAll(PeftNames.shortest(List.of(words), all));
      names.addAll(PeftNames.shortest(List.of(words), all));
      names.add(TokenTable.HEAD);
    }
    if (!languageModel) {
      names.addAll(PeftLoraKeys.heads(host));
    }
    return names.isEmpty() ? null : List.copyOf(names);
  }

  private void putTargets(Map<String, Object> configuration) {
    Optional<Map<String, Object>> asGiven =
        paths.size() == factors.size() ? targetsAsGiven() : Optional.empty();
    asGiven.ifPresent(configuration::putAll);
    Set<String> all = new LinkedHashSet<>(projections.keySet());
    all.add(words);
    if (asGiven.isEmpty() || !new PeftTargets(configuration).among(all).equals(factors.keySet())) {
      Set<String> left = new LinkedHashSet<>(factors.keySet());
      List<String> names = new ArrayList<>(tables());
      left.remove(words);
      left.removeAll(names);
      names.addAll(left.isEmpty() ? left : PeftNames.shortest(left, projections.keySet()));
      configuration.put("target_modules", names);
      configuration.put("exclude_modules", null);
      configuration.put("layers_to_transform", null);
    }
  }

  /** The token table and a head that stays the same weight, if they have updates. */
  private List<String> tables() {
    List<String> names = new ArrayList<>();
    if (factors.containsKey(words)) {
      names.addAll(PeftNames.shortest(List.of(words), PeftNames.modules(host)));
    }
    if (isUpdatedAsOne()) {
      names.add(TokenTable.HEAD);
    }
    return names;
  }

  /** The settings in PEFT's words, as far as it has them. */
  private Optional<Map<String, Object>> targetsAsGiven() {
    List<String> entries = settings.get(LoraSettings.TARGETS).entries();
    Map<String, List<Site.Projection>> coverage = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (String entry : entries) {
      if (LoraSites.isOfHead(entry, host)) {
        names.add(entry);
        continue;
      }
      if (LoraSites.isTable(entry, host) || (isUpdatedAsOne() && entry.equals(TokenTable.HEAD))) {
        names.addAll(tables());
        continue;
      }
      List<Site.Projection> sites = host.projections(Targets.of(entry));
      coverage.put(entry, sites);
      Optional<Set<String>> covered = names(sites);
      if (covered.isEmpty()) {
        return Optional.empty();
      }
      if (covered.get().equals(selected(List.of(entry)))) {
        names.add(entry);
        continue;
      }
      Optional<String> expression = PeftLoraKeys.expression(entry);
      if (entries.size() == 1
          && covered.get().equals(expression.map(this::selected).orElse(null))) {
        return Optional.of(targets(expression.get(), coverage));
      }
      names.addAll(PeftNames.shortest(covered.get(), projections.keySet()));
    }
    return Optional.of(targets(List.copyOf(names), coverage));
  }

  private Map<String, Object> targets(Object names, Map<String, List<Site.Projection>> coverage) {
    List<String> excluded = new ArrayList<>();
    for (String entry : settings.get(LoraSettings.EXCLUDE)) {
      List<Site.Projection> sites =
          coverage.values().stream()
              .flatMap(List::stream)
              .filter(site -> Targets.matches(entry, site.path()))
              .distinct()
              .toList();
      names(sites)
          .filter(all -> !all.isEmpty())
          .ifPresent(all -> excluded.addAll(PeftNames.shortest(all, projections.keySet())));
    }
    List<Integer> layers = settings.get(LoraSettings.LAYERS);
    Map<String, Object> targets = new HashMap<>();
    targets.put("target_modules", names);
    targets.put("exclude_modules", excluded.isEmpty() ? null : excluded);
    targets.put("layers_to_transform", layers.isEmpty() ? null : layers);
    return targets;
  }

  private Set<String> selected(Object selection) {
    Set<String> selected = new LinkedHashSet<>();
    projections.keySet().stream().filter(PeftTargets.selecting(selection)).forEach(selected::add);
    return selected;
  }

  /** PEFT's names, if all have one. */
  private Optional<Set<String>> names(Collection<Site.Projection> sites) {
    Set<String> names = new LinkedHashSet<>();
    sites.forEach(site -> host.moduleName(site.path()).ifPresent(names::add));
    return names.size() == sites.size() ? Optional.of(names) : Optional.empty();
  }
}
