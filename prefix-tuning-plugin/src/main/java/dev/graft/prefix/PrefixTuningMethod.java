package dev.graft.prefix;

import dev.graft.GraftException;
import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Prefix tuning: Li and Liang 2021, section 4.2; with a projection, section 4.3. Tensors are laid
 * out and begin as PEFT's do.
 */
public final class PrefixTuningMethod implements PeftMethod, ForeignFormat {
  /** The tensor that holds the prefix, or what is projected to it. */
  static final String EMBEDDING = "prefix.embedding";

  /** The two layers of the projection. */
  static final String FIRST = "prefix.transform.0";

  static final String SECOND = "prefix.transform.2";

  @Override
  public String name() {
    return "prefix-tuning";
  }

  @Override
  public String summary() {
    return "keys and values in front of every attention (Li and Liang 2021)";
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public SettingsSpec settings() {
    return PrefixTuningSettings.SPEC;
  }

  @Override
  public Set<Trait> traits() {
    return Set.of();
  }

  @Override
  public double learningRate() {
    return 2e-2;
  }

  // p virtual tokens, L layers with a prefix, H key-value heads, D head width
  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int tokens = settings.get(PrefixTuningSettings.VIRTUAL_TOKENS);
    List<Site.Attention> sites = sites(host, settings);
    long rows = 2L * sites.size();
    Site.Attention any = sites.get(0);
    long width = (long) any.keyValueHeads() * any.headWidth();
    Tensor keysValues = // (2 L, 1, H, p, D), recorded once, so that the layers share it
        prefix(host, settings, sites, width, graft)
            .reshape(tokens, rows, any.keyValueHeads(), any.headWidth())
            .transpose(0, 1)
            .transpose(1, 2)
            .unsqueeze(1);
    for (int i = 0; i < sites.size(); i++) {
      graft.at(sites.get(i), new Prefix(keysValues, i));
    }
    graft.shiftPositions(tokens);
  }

  private static List<Site.Attention> sites(Host host, Settings settings) {
    List<Integer> layers = settings.get(PrefixTuningSettings.LAYERS);
    for (int layer : layers) {
      if (layer >= host.layers()) {
        throw GraftException.input(
                "prefix-tuning is to act on layer %d of a host that has %d.", layer, host.layers())
            .expected("layers from 0 to %d", host.layers() - 1);
      }
    }
    return host.attentions().stream()
        .filter(site -> layers.isEmpty() || layers.contains(site.layer()))
        .toList();
  }

  /** The keys and values of all layers, (p, 2 L H D). */
  private static Tensor prefix(
      Host host, Settings settings, List<Site.Attention> sites, long width, Graft graft) {
    long tokens = settings.get(PrefixTuningSettings.VIRTUAL_TOKENS);
    long total = 2L * sites.size() * width;
    long inner = settings.get(PrefixTuningSettings.PROJECTION_WIDTH);
    boolean fromText = !settings.get(PrefixTuningSettings.TOKENS).isEmpty();
    if (settings.get(PrefixTuningSettings.PROJECTION)) {
      if (fromText) {
        throw GraftException.input("prefix-tuning can't begin a projected prefix from tokens.")
            .remedy("leave out projection, or tokens");
      }
      // P = MLP(P'), with P' a smaller matrix of as many rows.
      Tensor small = graft.parameter(EMBEDDING, Shape.of(tokens, width), Initializer.normal(1));
      Tensor hidden = linear(graft, FIRST, small, inner == 0 ? width : inner).tanh();
      return linear(graft, SECOND, hidden, total);
    }
    if (inner != 0) {
      throw GraftException.input(
              "prefix-tuning has a projection-width of %d but no projection.", inner)
          .remedy("add projection=true, or leave projection-width out");
    }
    Initializer initializer =
        fromText
            ? Initializer.computed(ofText(host, settings, sites, width))
            : Initializer.normal(1);
    return graft.parameter(EMBEDDING, Shape.of(tokens, total), initializer);
  }

  /** Section 7.5: activations of real words, here of a given text, repeated to the length. */
  private static Tensor ofText(
      Host host, Settings settings, List<Site.Attention> sites, long width) {
    int tokens = settings.get(PrefixTuningSettings.VIRTUAL_TOKENS);
    List<KeysValues> all =
        host.keysValues(Texts.repeated(settings.get(PrefixTuningSettings.TOKENS), tokens, host));
    return Tensor.concat(
        1,
        sites.stream()
            .map(site -> all.get(host.attentions().indexOf(site)))
            .flatMap(own -> Stream.of(own.keys(), own.values())) // (1, H, p, D)
            .map(each -> each.squeeze(0).transpose(0, 1).reshape(tokens, width))
            .toArray(Tensor[]::new));
  }

  private static Tensor linear(Graft graft, String name, Tensor x, long out) {
    long in = x.shape().dim(-1).fixed();
    return x.linear(
        graft.parameter(name + ".weight", Shape.of(out, in), Initializer.kaimingUniform()),
        graft.parameter(
            name + ".bias", Shape.of(out), Initializer.uniform(1 / Math.sqrt((double) in))));
  }

  // PEFT's files

  @Override
  public Library library() {
    return Library.PEFT;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return PeftPrompt.PREFIX.equals(configuration.get("peft_type"));
  }

  @Override
  public Own read(Adapter adapter, Host host) {
    return PeftPrompt.read(adapter, EMBEDDING);
  }

  @Override
  public Adapter write(Own own, Host host, boolean languageModel) {
    return PeftPrompt.ofPrefix(own, host, languageModel);
  }
}
