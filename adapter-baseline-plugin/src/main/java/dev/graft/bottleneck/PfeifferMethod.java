package dev.graft.bottleneck;

import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.Site.Sublayer.Part;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.program.Activation;
import dev.graft.program.Tensor;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * One adapter a block, after the MLP: Pfeiffer et al. 2021, arXiv 2005.00247, whose search over
 * placements found it; the formula is that of MAD-X, arXiv 2005.00052. Adapter P of the LoRA paper.
 *
 * <p>AdapterHub's {@code seq_bn} is {@code reduction-factor=16}.
 */
public final class PfeifferMethod implements PeftMethod {
  /** The authors' library, AdapterHub, begins adapters as BERT begins its linear layers. */
  private static final Bottleneck.Weights NEAR_ZERO =
      Bottleneck.Weights.both(Initializer.normal(0.02));

  private static final BottleneckSettings SETTINGS = BottleneckSettings.of(16, Activation.RELU);

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("pfeiffer", "adapters after the MLP only (Pfeiffer et al. 2021)")
        .withTraits(Trait.PER_ROW)
        .withSettings(SETTINGS.spec())
        .withLearningRate(2.5e-3);
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

  @Override
  public boolean mayShareBatch(Settings one, Settings other) {
    return true; // zero rows and columns of both projections add nothing
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(new AdapterHub(AdapterHubPlacement.PFEIFFER, spec(), SETTINGS));
  }
}
