package dev.graft.bottleneck;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Host;
import dev.graft.api.MethodSpec;
import dev.graft.api.Site;
import dev.graft.api.Site.Sublayer.Part;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.program.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Files of AdapterHub's library {@code adapters}, as its version 1.3.0 has them. An adapter is
 * written under the name {@value #NAME}; there it is loaded with {@code use_safetensors=True}. Task
 * heads are those of its classes with one fixed head.
 */
final class AdapterHub implements ForeignFormat {
  static final String NAME = "graft";
  private static final String VERSION = "adapters.1.3.0";

  /** What its classes of hosts are called after. */
  private static final Map<String, String> CLASSES =
      Map.of(
          "bert", "Bert",
          "roberta", "Roberta",
          "electra", "Electra",
          "distilbert", "DistilBert",
          "deberta-v2", "DebertaV2",
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
  private final MethodSpec spec;
  private final BottleneckSettings settings;

  AdapterHub(AdapterHubPlacement placement, MethodSpec spec, BottleneckSettings settings) {
    this.placement = placement;
    this.spec = spec;
    this.settings = settings;
  }

  @Override
  public Library library() {
    return Library.ADAPTER_HUB;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return placement.reads(configuration);
  }

  private void requireKnown(Host host) {
    if (!CLASSES.containsKey(host.architecture())) {
      throw GraftException.input(
              "Adapters of AdapterHub are not known for %s hosts.", host.architecture())
          .expected(
              "one of %s", CLASSES.keySet().stream().sorted().collect(Collectors.joining(", ")))
          .remedy("Graft's own format serves any host");
    }
    // It gives a parallel adapter what the stream holds; where hosts norm that first, Graft's reads
    // the normed one, as He et al. have it.
    if (placement == AdapterHubPlacement.PARALLEL && !normsAfterwards(host)) {
      throw GraftException.input(
              "A parallel adapter of AdapterHub is not the same as Graft's in a %s host: it reads the stream before the norm.",
              host.architecture())
          .expected("a host that norms after each sublayer, such as bert")
          .remedy("Graft's own format serves any host");
    }
  }

  private static boolean normsAfterwards(Host host) {
    return isLikeBert(host) || host.architecture().equals("distilbert");
  }

  private static boolean isLikeBert(Host host) {
    return List.of("bert", "roberta", "electra", "deberta-v2").contains(host.architecture());
  }

  @Override
  public StoredGraft read(Adapter adapter, Host host) {
    requireKnown(host);
    Map<String, Object> configuration = adapter.configuration();
    if (!(configuration.get("version") instanceof String version)
        || !version.startsWith("adapters.")) {
      throw GraftException.input("The adapter is not one of the library 'adapters'.")
          .expected("a version such as %s", VERSION)
          .found(configuration.get("version"))
          .remedy("older libraries called other things by the same names");
    }
    placement.check(configuration);
    Map<String, StoredTensor> left = new TreeMap<>(adapter.tensors());
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Site.Sublayer site : sites(host)) {
      String module = module(host, site) + ".adapters." + configuration.get("name") + ".";
      PARTS.forEach(
          (theirs, ours) -> {
            StoredTensor numbers = left.remove(module + theirs);
            if (numbers == null) {
              // A model without a head has no name for itself in front.
              numbers = left.remove(module.substring(module.indexOf('.') + 1) + theirs);
            }
            if (numbers != null) {
              tensors.put(site.path() + "." + ours, reshaped(numbers, theirs));
            }
          });
    }
    left.keySet().removeAll(adapter.ofBase());
    if (!left.isEmpty() || tensors.isEmpty()) {
      throw GraftException.input(
              "The adapter's tensors are not those of '%s' in a %s host.",
              configuration.get("name"), host.architecture())
          .line("left over", left.isEmpty() ? "none" : String.join(", ", left.keySet()))
          .remedy(
              "a flexible head (heads...) can't be read: in AdapterHub, save the adapter with_head=False");
    }
    Map<String, String> read = placement.settings(configuration, settings, host, inner(tensors));
    return new StoredGraft(spec.settings().read(spec.name(), read), tensors);
  }

  @Override
  public Adapter write(StoredGraft graft, Host host, boolean languageModel) {
    requireKnown(host);
    if (graft.settings().get(settings.trainNorms())) {
      throw GraftException.input("AdapterHub has no adapters with trained norms of the host.")
          .found("train-norms=true")
          .remedy("save it in Graft's own format instead");
    }
    int dropped = graft.settings().get(settings.dropLayers());
    Map<String, StoredTensor> tensors = new TreeMap<>();
    for (Site.Sublayer site : sites(host)) {
      if (site.layer() < dropped) {
        continue;
      }
      PARTS.forEach(
          (theirs, ours) -> {
            StoredTensor numbers = graft.tensors().get(site.path() + "." + ours);
            if (numbers != null) {
              String module = module(host, site) + ".adapters." + NAME + ".";
              tensors.put(module + theirs, reshaped(numbers, theirs));
            }
          });
    }
    Map<String, Object> configuration = new HashMap<>();
    configuration.put(
        "config",
        placement.configuration(graft.settings(), settings, host, inner(graft.tensors())));
    configuration.put("hidden_size", host.width());
    configuration.put("model_class", modelClass(host, languageModel));
    configuration.put("model_name", "");
    configuration.put("model_type", host.architecture());
    configuration.put("name", NAME);
    configuration.put("version", VERSION);
    return new Adapter(configuration, tensors, "");
  }

  private static String modelClass(Host host, boolean languageModel) {
    String name = CLASSES.get(host.architecture());
    if (languageModel) {
      return name.equals("GPT2") ? "GPT2LMHeadModel" : name + "ForCausalLM";
    }
    return name + "ForSequenceClassification";
  }

  private List<Site.Sublayer> sites(Host host) {
    return host.sublayers().stream()
        .filter(site -> site.part() == Part.MLP || placement.isAfterAttention())
        .toList();
  }

  /** The module that has the adapters of a sublayer. */
  private static String module(Host host, Site.Sublayer site) {
    if (isLikeBert(host)) {
      return parent(host, site.path() + ".norm");
    }
    return parent(host, host.blocks().get(site.layer()).path() + ".attention.norm")
        + (site.part() == Part.MLP ? ".output_adapters" : ".attention_adapters");
  }

  private static String parent(Host host, String path) {
    String name = host.moduleName(path).orElseThrow();
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** A trained scale is a scalar here and a vector of one element there. */
  private static StoredTensor reshaped(StoredTensor numbers, String theirs) {
    return theirs.equals("scaling") && numbers.elements().length == 1
        ? new StoredTensor(
            numbers.shape().rank() == 0 ? Shape.of(1) : Shape.SCALAR, numbers.elements())
        : numbers;
  }

  private static long inner(Map<String, StoredTensor> tensors) {
    return tensors.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(".down.bias"))
        .findFirst()
        .map(entry -> (long) entry.getValue().size(0))
        .orElse(0L);
  }
}
