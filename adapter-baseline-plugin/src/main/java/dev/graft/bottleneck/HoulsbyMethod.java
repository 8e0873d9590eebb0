package dev.graft.bottleneck;

import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.program.Activation;
import dev.graft.program.Tensor;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Adapters after both sublayers of every block: Houlsby et al. 2019, arXiv 1902.00751, section 2.1;
 * Adapter H of the LoRA paper. The paper trains the host's norms, too: {@code train-norms=true}.
 *
 * <p>AdapterHub's {@code double_seq_bn} is {@code reduction-factor=16,activation=silu}.
 */
public final class HoulsbyMethod implements PeftMethod {
  /** The paper's deviation, section 3.6; drawn again beyond two of it. */
  private static final Bottleneck.Weights NEAR_ZERO =
      Bottleneck.Weights.both(Initializer.truncatedNormal(1e-2));

  /** Two adapters a block: half the bottleneck of those that have one. */
  private static final BottleneckSettings SETTINGS = BottleneckSettings.of(8, Activation.GELU);

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "houlsby", "adapters after attention and after the MLP (Houlsby et al. 2019)")
        .withTraits(Trait.PER_ROW)
        .withSettings(SETTINGS.spec())
        .withLearningRate(2.5e-3);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    IntFunction<UnaryOperator<Tensor>> dropping = SETTINGS.dropping(host, settings, graft);
    for (Site.Sublayer site : SETTINGS.sublayers(host, settings)) {
      Bottleneck adapter =
          Bottleneck.declare(site.path(), site.width(), SETTINGS, settings, NEAR_ZERO, graft);
      // Section 2.1: h + W_up f(W_down h + b) + b', (B, T, width), before the residual is added.
      UnaryOperator<Tensor> dropped = dropping.apply(site.layer());
      graft.at(site, state -> state.output().plus(dropped.apply(adapter.of(state.output()))));
    }
    SETTINGS.unfreezeNorms(host, settings, graft);
  }

  @Override
  public boolean mayShareBatch(Settings one, Settings other) {
    return true; // zero rows and columns of both projections add nothing
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(new AdapterHub(AdapterHubPlacement.HOULSBY, spec(), SETTINGS));
  }
}
