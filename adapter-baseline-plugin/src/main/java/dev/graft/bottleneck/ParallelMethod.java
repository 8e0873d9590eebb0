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
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.TuningRange;
import dev.graft.program.Activation;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * One adapter a block, beside the MLP and not behind it: the scaled parallel adapter of He et al.
 * 2022, arXiv 2110.04366, section 3.3.
 *
 * <p>AdapterHub's {@code par_bn} is {@code reduction-factor=2}; LLM-Adapters (Hu et al. 2023, arXiv
 * 2304.01933) take {@code bottleneck=256,activation=tanh,scale=1}.
 */
public final class ParallelMethod implements PeftMethod {
  /** The authors' code begins adapters as LoRA begins: a fresh one gives zero. */
  private static final Bottleneck.Weights WEIGHTS =
      new Bottleneck.Weights(Initializer.kaimingUniform(), Initializer.zeros());

  private static final BottleneckSettings SETTINGS = BottleneckSettings.of(16, Activation.RELU);
  static final Setting<Double> SCALE =
      Setting.real("scale", 4, 0.001, 1000, "by which an adapter's output is multiplied")
          .tuned(TuningRange.logarithmic(1, 16));
  static final Setting<Boolean> LEARN_SCALE =
      Setting.flag("learn-scale", false, "trains the scale of each adapter");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("parallel", "scaled adapters beside the MLP (He et al. 2022)")
        .withTraits(Trait.IDENTITY_AT_START, Trait.PER_ROW)
        .withSettings(SETTINGS.spec(SCALE, LEARN_SCALE))
        .withLearningRate(1e-3);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    double given = settings.get(SCALE);
    boolean learned = settings.get(LEARN_SCALE);
    Tensor shared = graft.number("scale", given);
    IntFunction<UnaryOperator<Tensor>> dropping = SETTINGS.dropping(host, settings, graft);
    for (Site.Sublayer site : SETTINGS.sublayers(host, settings)) {
      if (site.part() != Part.MLP) {
        continue;
      }
      Bottleneck adapter =
          Bottleneck.declare(site.path(), site.width(), SETTINGS, settings, WEIGHTS, graft);
      Tensor scale =
          learned
              ? graft.parameter(site.path() + ".scale", Shape.SCALAR, Initializer.constant(given))
              : shared;
      // Section 3.3: h + s (W_up f(W_down x + b) + b'), (B, T, width), for x what the MLP reads
      // and h what it gives, before the residual is added.
      UnaryOperator<Tensor> dropped = dropping.apply(site.layer());
      graft.at(
          site,
          state -> state.output().plus(dropped.apply(adapter.of(state.input()).times(scale))));
    }
    SETTINGS.unfreezeNorms(host, settings, graft);
  }

  @Override
  public boolean mayShareBatch(Settings one, Settings other) {
    return true; // zero rows and columns of both projections add nothing
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(new AdapterHub(AdapterHubPlacement.PARALLEL, spec(), SETTINGS));
  }
}
