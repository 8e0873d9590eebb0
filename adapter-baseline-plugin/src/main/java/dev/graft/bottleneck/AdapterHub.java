package dev.graft.bottleneck;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Numbers;
import dev.graft.api.ForeignFormat.Own;
import dev.graft.api.Host;
import dev.graft.api.Site;
import dev.graft.api.Site.Sublayer.Part;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Files of AdapterHub's library {@code adapters}, as its source at version 1.2.0 has them. An
 * adapter is written under the name {@value #NAME}; there it is loaded with {@code
 * use_safetensors=True}. Task heads are those of its classes with one fixed head.
 */
final class AdapterHub {
  static final String NAME = "graft";
  private static final String VERSION = "adapters.1.2.0";

  /** What its classes of hosts are called after. */
  private static final Map<String, String> CLASSES =
      Map.of(
          "bert", "Bert",
          "roberta", "Roberta",
          "electra", "Electra",
          "distilbert", "DistilBert",
          "gpt2", "GPT2",
          "llama", "Llama",
          "mistral", "Mistral");

  /** From its names for the parts of an adapter to ours. */
  private static final Map<String, String> PARTS =
      Map.of(
          "adapter_down.0.weight", "down.weight",
          "adapter_down.0.bias", "down.bias",
          "adapter_up.weight", "up.weight",
          "adapter_up.bias", "up.bias",
          "scaling", "scale");

  private final AdapterHubPlacement placement;
  private final Host host;

  AdapterHub(AdapterHubPlacement placement, Host host) {
    this.placement = placement;
    this.host = host;
    if (!CLASSES.containsKey(host.architecture())) {
      throw GraftException.input(
              "Adapters of AdapterHub are not known for %s hosts.", host.architecture())
          .expected(
              "one of %s", CLASSES.keySet().stream().sorted().collect(Collectors.joining(", ")))
          .remedy("Graft's own format serves any host");
    }
    // It gives a parallel adapter what the stream holds; where hosts norm that first, Graft's reads
    // the normed one, as He et al. have it.
    if (placement == AdapterHubPlacement.PARALLEL && !normsAfterwards()) {
      throw GraftException.input(
              "A parallel adapter of AdapterHub is not the same as Graft's in a %s host: it reads the stream before the norm.",
              host.architecture())
          .expected("a host that norms after each sublayer, such as bert")
          .remedy("Graft's own format serves any host");
    }
  }

  private boolean normsAfterwards() {
    return isLikeBert() || host.architecture().equals("distilbert");
  }

  private boolean isLikeBert() {
    return List.of("bert", "roberta", "electra").contains(host.architecture());
  }

  Own read(Adapter adapter) {
    Map<String, Object> configuration = adapter.configuration();
    if (!(configuration.get("version") instanceof String version)
        || !version.startsWith("adapters.")) {
      throw GraftException.input("The adapter is not one of the library 'adapters'.")
          .expected("a version such as %s", VERSION)
          .found(configuration.get("version"))
          .remedy("older libraries called other things by the same names");
    }
    Map<String, Numbers> left = new TreeMap<>(adapter.tensors());
    Map<String, Numbers> tensors = new LinkedHashMap<>();
    for (Site.Sublayer site : sites()) {
      String module = module(site) + ".adapters." + configuration.get("name") + ".";
      PARTS.forEach(
          (theirs, ours) -> {
            Numbers numbers = left.remove(module + theirs);
            if (numbers == null) {
              // A model without a head has no name for itself in front.
              numbers = left.remove(module.substring(module.indexOf('.') + 1) + theirs);
            }
            if (numbers != null) {
              tensors.put(site.path() + "." + ours, reshaped(numbers, theirs));
            }
          });
    }
    if (!left.isEmpty() || tensors.isEmpty()) {
      throw GraftException.input(
              "The adapter's tensors are not those of '%s' in a %s host.",
              configuration.get("name"), host.architecture())
          .line("left over", left.isEmpty() ? "none" : String.join(", ", left.keySet()))
          .remedy(
              "a flexible head (heads...) can't be read: in AdapterHub, save the adapter with_head=False");
    }
    return new Own(placement.settings(configuration, host, inner(tensors)), tensors);
  }

  Adapter write(Own own, boolean languageModel) {
    if (own.settings().get("train-norms").equals("true")) {
      throw GraftException.input("AdapterHub has no adapters with trained norms of the host.")
          .found("train-norms=true")
          .remedy("save it in Graft's own format instead");
    }
    int dropped = Integer.parseInt(own.settings().get("drop-layers"));
    Map<String, Numbers> tensors = new TreeMap<>();
    for (Site.Sublayer site : sites()) {
      if (site.layer() < dropped) {
        continue;
      }
      PARTS.forEach(
          (theirs, ours) -> {
            Numbers numbers = own.tensors().get(site.path() + "." + ours);
            if (numbers != null) {
              String module = module(site) + ".adapters." + NAME + ".";
              tensors.put(module + theirs, reshaped(numbers, theirs));
            }
          });
    }
    Map<String, Object> configuration = new HashMap<>();
    configuration.put("config", placement.configuration(own, host, inner(own.tensors())));
    configuration.put("hidden_size", host.width());
    configuration.put("model_class", modelClass(languageModel));
    configuration.put("model_name", "");
    configuration.put("model_type", host.architecture());
    configuration.put("name", NAME);
    configuration.put("version", VERSION);
    return new Adapter(configuration, tensors, "");
  }

  private String modelClass(boolean languageModel) {
    String name = CLASSES.get(host.architecture());
    if (languageModel) {
      return name.equals("GPT2") ? "GPT2LMHeadModel" : name + "ForCausalLM";
    }
    return name + "ForSequenceClassification";
  }

  private List<Site.Sublayer> sites() {
    return host.sublayers().stream()
        .filter(site -> site.part() == Part.MLP || placement.isAfterAttention())
        .toList();
  }

  /** The module that has the adapters of a sublayer. */
  private String module(Site.Sublayer site) {
    if (isLikeBert()) {
      return parent(site.path() + ".norm");
    }
    return parent(host.blocks().get(site.layer()).path() + ".attention.norm")
        + (site.part() == Part.MLP ? ".output_adapters" : ".attention_adapters");
  }

  private String parent(String path) {
    String name = host.moduleName(path).orElseThrow();
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** A trained scale is a scalar here and a vector of one element there. */
  private static Numbers reshaped(Numbers numbers, String theirs) {
    return theirs.equals("scaling") && numbers.elements().length == 1
        ? new Numbers(numbers.shape().isEmpty() ? List.of(1L) : List.of(), numbers.elements())
        : numbers;
  }

  private static long inner(Map<String, Numbers> tensors) {
    return tensors.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(".down.bias"))
        .findFirst()
        .map(entry -> entry.getValue().shape().get(0))
        .orElse(0L);
  }
}
