package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.Host;
import dev.graft.api.Site;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.Setting;
import dev.graft.lora.LoraSettings.WeightTying;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The token table and the language-model head in an adapter of PEFT, as they are once PEFT has
 * loaded it: trained copies ({@code modules_to_save}), or the base's own, which PEFT saves of its
 * own accord and loads over those of the base.
 */
final class PeftTables {
  /** The names by which PEFT knows the tables that may be tied. */
  private static final Set<String> TIEABLE = Set.of("embed_tokens", "lm_head");

  private final Map<String, Object> configuration;
  private final Map<String, StoredTensor> given;
  private final Set<String> ofBase;
  private final Set<String> updated;
  private final Optional<Site.Projection> tied;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final List<String> modules = new ArrayList<>();
  private WeightTying tying = WeightTying.SAVED;

  /**
   * What an adapter has of the tables.
   *
   * @param given its tensors by PEFT's names of modules
   * @param ofBase the names of those that are as in the base
   * @param updated the modules that have updates
   * @param words PEFT's name of the token table
   */
  PeftTables(
      Map<String, Object> configuration,
      Map<String, StoredTensor> given,
      Set<String> ofBase,
      Set<String> updated,
      Host host,
      String words) {
    this.configuration = configuration;
    this.given = given;
    this.ofBase = ofBase;
    this.updated = updated;
    TokenTable table = TokenTable.of(host);
    // A model with a head for sequences has no other.
    this.tied = table.tied().filter(head -> !"SEQ_CLS".equals(configuration.get("task_type")));
    requireVocabulary(table.site().table().shape().dim(0).fixed(), words);
    Optional<StoredTensor> base = base(TokenTable.HEAD).or(() -> base(words));
    if (tied.isEmpty()) {
      put(TokenTable.PATH, whole(words, base(words)));
      put(TokenTable.HEAD, whole(TokenTable.HEAD, base(TokenTable.HEAD)));
    } else if (isEnsured("modules_to_save")) {
      put(TokenTable.PATH, Optional.ofNullable(given.get(words + ".weight")));
    } else if (isSaved(words) || isSaved(TokenTable.HEAD)) {
      tying = WeightTying.NONE;
      put(TokenTable.PATH, whole(words, base));
      put(TokenTable.HEAD, whole(TokenTable.HEAD, base));
    } else {
      put(TokenTable.PATH, base);
      tying = isEnsured("target_modules") ? WeightTying.ALL : tying;
    }
  }

  private void put(String path, Optional<StoredTensor> numbers) {
    if (numbers.isPresent()) {
      modules.add(path);
      tensors.put(path + ".weight", numbers.get());
    }
  }

  /** What PEFT computes with in a module's place, where it is not the base's. */
  private Optional<StoredTensor> whole(String module, Optional<StoredTensor> base) {
    return isSaved(module) ? Optional.ofNullable(given.get(module + ".weight")) : base;
  }

  /** A weight of the base that the adapter brings along, if it is another one than the base has. */
  private Optional<StoredTensor> base(String module) {
    for (String name :
        isSaved(module)
            ? List.of(module + ".original_module.weight")
            : List.of(module + ".base_layer.weight", module + ".weight")) {
      if (given.containsKey(name) && !ofBase.contains(name)) {
        if (updated.contains(module)) {
          throw GraftException.input(
                  "The adapter updates '%s' and was made for other weights of it: '%s' is not what the base has.",
                  module, name)
              .expected("the base that it was made for")
              .remedy(PeftLoraKeys.WITH_ITS_TABLES);
        }
        return Optional.of(given.get(name));
      }
    }
    return Optional.empty();
  }

  /** Whether PEFT trains a copy of a module: by how its name ends, dots or not. */
  private boolean isSaved(String module) {
    return PeftTargets.strings(configuration.get("modules_to_save")).anyMatch(module::endsWith);
  }

  /** Whether PEFT keeps head and table one weight, for one of them is in a list. */
  private boolean isEnsured(String key) {
    Object selection = configuration.get(key);
    return Boolean.TRUE.equals(configuration.get("ensure_weight_tying"))
        && (selection instanceof String
            ? TIEABLE.stream().anyMatch(PeftTargets.selecting(selection))
            : PeftTargets.strings(selection)
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .anyMatch(TIEABLE::contains));
  }

  private void requireVocabulary(long rows, String words) {
    for (Map.Entry<String, StoredTensor> each : given.entrySet()) {
      String name = each.getKey();
      boolean isTable =
          (name.startsWith(words + ".") || name.startsWith(TokenTable.HEAD + "."))
              && (name.endsWith(".weight") || name.endsWith(".lora_embedding_A"))
              && !name.endsWith(".lora_A.weight");
      int tokens = each.getValue().size(name.endsWith(".lora_embedding_A") ? 1 : 0);
      if (isTable && tokens != rows) {
        throw GraftException.input(
                "The adapter was made for a vocabulary of %s tokens, and the base has one of %s.",
                tokens, rows)
            .found("'%s' of the shape %s", name, each.getValue().shape().dims())
            .remedy(PeftLoraKeys.WITH_ITS_TABLES);
      }
    }
  }

  /** Whether a tensor is one of the tables', and accounted for here. */
  static boolean isTable(String parameter) {
    return parameter.equals(TokenTable.PATH + ".weight")
        || parameter.equals(TokenTable.HEAD + ".weight");
  }

  /** The tables that are not the base's, by Graft's names. */
  Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** The paths of these. */
  List<String> modules() {
    return modules;
  }

  /** How table and head belong together. */
  WeightTying tying() {
    return tying;
  }

  /** Puts what becomes of a tied head into settings. */
  void describe(Map<String, String> settings) {
    settings.put("weight-tying", Setting.written(tying));
  }
}
