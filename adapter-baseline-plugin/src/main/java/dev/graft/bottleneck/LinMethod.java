package dev.graft.bottleneck;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.program.Activation;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * One adapter a block, on the block's output, with a layer norm of its own: Lin et al. 2020, arXiv
 * 2004.03829; Adapter L of the LoRA paper.
 */
public final class LinMethod implements PeftMethod {
  /** The authors' code begins adapters as GPT-2 begins its linear layers. */
  private static final Bottleneck.Weights NEAR_ZERO =
      Bottleneck.Weights.both(Initializer.normal(0.02));

  private static final double NORM_EPSILON = 1e-5;

  private static final BottleneckSettings SETTINGS = BottleneckSettings.of(16, Activation.RELU);

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "lin", "adapters with norms of their own, after every block (Lin et al. 2020)")
        .withTraits(Trait.PER_ROW)
        .withSettings(SETTINGS.spec())
        .withLearningRate(1.5e-3);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    IntFunction<UnaryOperator<Tensor>> dropping = SETTINGS.dropping(host, settings, graft);
    for (Site.Block site : SETTINGS.blocks(host, settings)) {
      Shape width = Shape.of(site.width());
      Tensor weight = graft.parameter(site.path() + ".norm.weight", width, Initializer.ones());
      Tensor bias = graft.parameter(site.path() + ".norm.bias", width, Initializer.zeros());
      Bottleneck adapter =
          Bottleneck.declare(site.path(), site.width(), SETTINGS, settings, NEAR_ZERO, graft);
      graft.at(
          site,
          state -> {
            // The residual adapter: x + W_up f(W_down LN(x) + b) + b', (B, T, width)
            Tensor x = state.output();
            Tensor change = adapter.of(x.layerNorm(weight, bias, NORM_EPSILON));
            return x.plus(dropping.apply(site.layer()).apply(change));
          });
    }
    SETTINGS.unfreezeNorms(host, settings, graft);
  }

  @Override
  public boolean mayShareBatch(Settings one, Settings other) {
    return true; // zero rows and columns of both projections add nothing
  }
}
