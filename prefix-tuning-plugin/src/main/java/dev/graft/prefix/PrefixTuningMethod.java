package dev.graft.prefix;

import dev.graft.GraftException;
import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prefix tuning: Li and Liang 2021, section 4.2; with a projection, section 4.3. Tensors are laid
 * out and begin as PEFT's do.
 */
public final class PrefixTuningMethod implements PeftMethod {
  /** The tensor that holds the prefix, or what is projected to it. */
  static final String EMBEDDING = "prefix.embedding";

  /** The two layers of the projection. */
  static final String FIRST = "prefix.transform.0";

  static final String SECOND = "prefix.transform.2";

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "prefix-tuning", "keys and values in front of every attention (Li and Liang 2021)")
        .withSettings(PrefixTuningSettings.SPEC)
        .withLearningRate(3e-2);
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
        fromText ? ofText(host, settings, sites, width) : Initializer.normal(1);
    return graft.parameter(EMBEDDING, Shape.of(tokens, total), initializer);
  }

  /** Section 7.5: activations of real words, here of a given text, repeated to the length. */
  private static Initializer ofText(
      Host host, Settings settings, List<Site.Attention> sites, long width) {
    int tokens = settings.get(PrefixTuningSettings.VIRTUAL_TOKENS);
    return Initializer.ofText(
        Texts.repeated(settings.get(PrefixTuningSettings.TOKENS), tokens, host),
        all -> Tensor.concat(1, rows(all, sites, tokens, width)));
  }

  /** The keys and values of the layers with a prefix, (p, H D) each. */
  private static Tensor[] rows(
      List<KeysValues> all, List<Site.Attention> sites, int tokens, long width) {
    return sites.stream()
        .map(site -> all.get(site.layer()))
        .flatMap(own -> Stream.of(own.keys(), own.values())) // (1, H, p, D)
        .map(each -> each.squeeze(0).transpose(0, 1).reshape(tokens, width))
        .toArray(Tensor[]::new);
  }

  private static Tensor linear(Graft graft, String name, Tensor x, long out) {
    long in = x.shape().dim(-1).fixed();
    return x.linear(
        graft.parameter(name + ".weight", Shape.of(out, in), Initializer.kaimingUniform()),
        graft.parameter(
            name + ".bias", Shape.of(out), Initializer.uniform(1 / Math.sqrt((double) in))));
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(PeftPrompt.PREFIX);
  }
}
