package dev.graft.bottleneck;

import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Site;
import dev.graft.api.Site.Sublayer.Part;
import dev.graft.api.Trait;
import dev.graft.program.Activation;
import dev.graft.program.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * One adapter a block, after the MLP: Pfeiffer et al. 2021, arXiv 2005.00247, whose search over
 * placements found it; the formula is that of MAD-X, arXiv 2005.00052. Adapter P of the LoRA paper.
 *
 * <p>AdapterHub's {@code seq_bn} is {@code reduction-factor=16}.
 */
public final class PfeifferMethod implements PeftMethod, ForeignFormat {
  /** The authors' library, AdapterHub, begins adapters as BERT begins its linear layers. */
  private static final Bottleneck.Weights NEAR_ZERO =
      Bottleneck.Weights.both(Initializer.normal(0.02));

  private static final BottleneckSettings SETTINGS = BottleneckSettings.of(16, Activation.RELU);

  @Override
  public String name() {
    return "pfeiffer";
  }

  @Override
  public String summary() {
    return "adapters after the MLP only (Pfeiffer et al. 2021)";
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public SettingsSpec settings() {
    return SETTINGS.spec();
  }

  @Override
  public Set<Trait> traits() {
    return Set.of(Trait.PER_ROW);
  }

  @Override
  public double learningRate() {
    return 5e-3;
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    IntFunction<UnaryOperator<Tensor>> dropping = SETTINGS.dropping(host, settings, graft);
    for (Site.Sublayer site : SETTINGS.sublayers(host, settings)) {
      if (site.part() != Part.MLP) {
        continue;
      }
      Bottleneck adapter =
          Bottleneck.declare(site.path(), site.width(), SETTINGS, settings, NEAR_ZERO, graft);
      graft.at(
          site,
          state -> {
            // MAD-X, equation 1: h + W_up f(W_down LN(h + x) + b) + b', (B, T, width), for h what
            // the MLP gives and x the stream; the host adds x and norms once more.
            Tensor z = state.norm().apply(state.output().plus(state.residual()));
            return state.output().plus(dropping.apply(site.layer()).apply(adapter.of(z)));
          });
    }
    SETTINGS.unfreezeNorms(host, settings, graft);
  }

  // AdapterHub's files

  @Override
  public Library library() {
    return Library.ADAPTER_HUB;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return AdapterHubPlacement.PFEIFFER.reads(configuration);
  }

  @Override
  public Own read(Adapter adapter, Host host) {
    return new AdapterHub(AdapterHubPlacement.PFEIFFER, host).read(adapter);
  }

  @Override
  public Adapter write(Own own, Host host, boolean languageModel) {
    return new AdapterHub(AdapterHubPlacement.PFEIFFER, host).write(own, languageModel);
  }
}
