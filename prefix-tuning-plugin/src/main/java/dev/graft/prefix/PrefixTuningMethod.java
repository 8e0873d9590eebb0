package dev.graft.prefix;

import dev.graft.api.Graft;
import dev.graft.api.GraftException;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.Set;

/**
 * Prefix tuning: Li and Liang 2021, section 4.2; with a projection, section 4.3. Tensors are laid
 * out and begin as PEFT's do.
 */
public final class PrefixTuningMethod implements PeftMethod {
  @Override
  public String name() {
    return "prefix-tuning";
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

  // p virtual tokens, L layers, H key-value heads, D head width
  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int tokens = settings.get(PrefixTuningSettings.VIRTUAL_TOKENS);
    long rows = 2L * host.layers();
    Site.Attention any = host.attentions().get(0);
    long width = (long) any.keyValueHeads() * any.headWidth();
    Tensor keysValues = // (2 L, 1, H, p, D), recorded once, so that the layers share it
        prefix(settings, width, rows * width, graft)
            .reshape(tokens, rows, any.keyValueHeads(), any.headWidth())
            .transpose(0, 1)
            .transpose(1, 2)
            .unsqueeze(1);
    host.attentions().forEach(site -> graft.at(site, new Prefix(keysValues, site.layer())));
    graft.shiftPositions(tokens);
  }

  /** The keys and values of all layers, (p, 2 L H D). */
  private static Tensor prefix(Settings settings, long width, long total, Graft graft) {
    long tokens = settings.get(PrefixTuningSettings.VIRTUAL_TOKENS);
    long inner = settings.get(PrefixTuningSettings.PROJECTION_WIDTH);
    if (settings.get(PrefixTuningSettings.PROJECTION)) {
      // P = MLP(P'), with P' a smaller matrix of as many rows.
      Tensor small = embedding(graft, tokens, width);
      Tensor hidden = linear(graft, "prefix.transform.0", small, inner == 0 ? width : inner).tanh();
      return linear(graft, "prefix.transform.2", hidden, total);
    }
    if (inner != 0) {
      throw GraftException.input(
          "prefix-tuning has a projection-width of %d but no projection.%n  do: add projection=true, or leave projection-width out"
              .formatted(inner));
    }
    return embedding(graft, tokens, total);
  }

  private static Tensor embedding(Graft graft, long tokens, long width) {
    return graft.parameter("prefix.embedding", Shape.of(tokens, width), Initializer.normal(1));
  }

  private static Tensor linear(Graft graft, String name, Tensor x, long out) {
    long in = x.shape().dim(-1).fixed();
    return x.linear(
        graft.parameter(name + ".weight", Shape.of(out, in), Initializer.kaimingUniform()),
        graft.parameter(
            name + ".bias", Shape.of(out), Initializer.uniform(1 / Math.sqrt((double) in))));
  }
}
