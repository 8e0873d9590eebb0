package dev.graft.testing;

import dev.graft.api.Batch;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.Site.Sublayer.Part;
import dev.graft.api.SublayerIntervention;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.List;

/**
 * A mixture of LoRA experts in the MLP: Li et al. 2024 (MixLoRA), arXiv 2404.15159, section 3. A
 * router before each MLP chooses experts for each token; their updates of the projections in it are
 * weighed by its decision, and a penalty keeps them all in use.
 */
public final class LoraExpertsMethod implements PeftMethod {
  private static final Setting<Integer> EXPERTS =
      Setting.integer("experts", 4, 2, 64, "the number of experts");
  private static final Setting<Integer> CHOSEN =
      Setting.integer("chosen", 2, 1, 64, "how many of them each token has");
  private static final Setting<Integer> RANK =
      Setting.integer("rank", 2, 1, 1024, "the rank of each expert's update");
  private static final Setting<Double> BALANCE =
      Setting.real("balance", 1e-2, 0, 1, "the weight of the penalty for uneven use");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("lora-experts", "LoRA experts that a router chooses (Li et al. 2024)")
        .withTraits(Trait.IDENTITY_AT_START)
        .withSettings(SettingsSpec.of(EXPERTS, CHOSEN, RANK, BALANCE));
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int experts = settings.get(EXPERTS);
    long all = (long) experts * settings.get(RANK);
    int chosen = Math.min(experts, settings.get(CHOSEN));
    for (Site.Sublayer mlp : host.sublayers()) {
      if (mlp.part() != Part.MLP) {
        continue;
      }
      Shape scores = Shape.of(experts, mlp.width());
      Tensor router = graft.parameter(mlp.path() + ".router", scores, Initializer.normal(0.3));
      graft.at(mlp, new Router(mlp.path(), router, chosen, settings.get(BALANCE)));
      for (Site.Projection site :
          host.projections(Targets.of(mlp.path() + ".up", mlp.path() + ".down"))) {
        Tensor a =
            graft.parameter(
                site.path() + ".lora_A", Shape.of(all, site.in()), Initializer.kaimingUniform());
        Tensor b =
            graft.parameter(
                site.path() + ".lora_B", Shape.of(site.out(), all), Initializer.zeros());
        graft.at(site, new Experts(mlp.path(), a, b));
      }
    }
  }

  /** Decides for each token by what the MLP reads, and changes nothing itself. */
  record Router(String key, Tensor weight, int chosen, double balance)
      implements SublayerIntervention {
    @Override
    public Tensor input(Tensor x, Batch batch) {
      Tensor shares = x.linear(weight).softmax(-1); // (B, S, experts)
      Shape top = shares.shape().with(-1, Dim.of(chosen));
      List<Tensor> best =
          Tensor.callAll(
              "torch.topk",
              List.of(new Tensor.Result(top, x.type()), new Tensor.Result(top, Type.INT64)),
              Dim.of(0),
              shares,
              (long) chosen);
      Tensor sum = best.get(0).sum(-1).unsqueeze(2);
      Tensor gates =
          shares.zeros(shares.shape()).scatter(2, best.get(1), best.get(0).dividedBy(sum));
      batch.share(key, gates);
      batch.penalty(imbalance(shares, gates, batch).times(balance));
      return x;
    }

    /** Fedus et al. 2022, equation 4, over the real tokens; 1 for experts in equal use. */
    private static Tensor imbalance(Tensor shares, Tensor gates, Batch batch) {
      Tensor real = batch.mask().to(Type.FLOAT32).unsqueeze(2);
      Tensor tokens = real.sum();
      Tensor used = gates.detach().greaterThan(0).to(Type.FLOAT32).times(real).sum(0).sum(0);
      Tensor meant = shares.to(Type.FLOAT32).times(real).sum(0).sum(0);
      Tensor uses = used.sum();
      return used.dividedBy(uses).times(meant.dividedBy(tokens)).sum().times(experts(shares));
    }

    private static double experts(Tensor shares) {
      return shares.shape().dim(-1).fixed();
    }

    @Override
    public Tensor output(State state) {
      return state.output();
    }
  }

  /**
   * Updates of all experts in one, each times what the router gives it.
   *
   * @param a (experts x rank, in)
   * @param b (out, experts x rank)
   */
  record Experts(String key, Tensor a, Tensor b) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      Tensor gates = p.batch().shared(key); // (B, S, experts)
      Tensor inner = p.x().linear(a).unflatten(-1, gates.shape().dim(-1).fixed(), -1);
      return p.y().plus(inner.times(gates.unsqueeze(3)).flatten(2, 3).linear(b));
    }
  }
}
