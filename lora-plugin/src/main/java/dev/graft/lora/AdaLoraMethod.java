package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * Adaptive budget allocation: Zhang et al. 2023, arXiv 2303.10512. Where the paper is silent this
 * is PEFT's.
 */
public final class AdaLoraMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "adalora", "singular values of updates under a budget that shrinks (Zhang et al. 2023)")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START)
        .withSettings(AdaLoraSettings.SPEC)
        .withLearningRate(1e-2);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int rank = settings.get(AdaLoraSettings.INITIAL_RANK);
    if (settings.get(AdaLoraSettings.TARGET_RANK) > rank) {
      throw GraftException.input("adalora can only take ranks away.")
          .expected("target-rank of at most initial-rank, %d", rank)
          .found("%d", settings.get(AdaLoraSettings.TARGET_RANK));
    }
    List<Site.Projection> sites = host.projections(settings.get(AdaLoraSettings.TARGETS));
    Budget budget = Budget.of(settings, sites.size());
    Importance importance =
        new Importance(
            graft,
            graft.scheduled("following", 0, budget::following),
            settings.get(AdaLoraSettings.BETA1),
            settings.get(AdaLoraSettings.BETA2));
    Tensor scale = graft.number("scale", settings.get(AdaLoraSettings.ALPHA) / rank);
    List<SingularUpdate> updates = new ArrayList<>();
    List<Tensor> scores = new ArrayList<>();
    for (Site.Projection site : sites) {
      String name = site.path() + ".lora_";
      Initializer gaussian = Initializer.normal(0.02);
      Tensor a = graft.parameter(name + "A", Shape.of(rank, site.in()), gaussian);
      Tensor e = graft.parameter(name + "E", Shape.of(rank, 1), Initializer.zeros());
      Tensor b = graft.parameter(name + "B", Shape.of(site.out(), rank), gaussian);
      SingularUpdate update =
          new SingularUpdate(a, e, b, scale, settings.get(AdaLoraSettings.DROPOUT));
      graft.at(site, update);
      updates.add(update);
      scores.add(score(update, importance, name));
    }
    // The mean over all P and Q, as in PEFT, so that gamma means the same for any number of sites.
    updates.stream()
        .map(SingularUpdate::regularizer)
        .reduce(Tensor::plus)
        .map(sum -> sum.times(settings.get(AdaLoraSettings.ORTHOGONALITY) / (2.0 * sites.size())))
        .ifPresent(graft::penalty);
    prune(
        updates, scores, graft.scheduled("budget", (double) budget.target(), budget::kept), graft);
  }

  /** Section 3.2: {@code S = s(lambda) + mean s(P's column) + mean s(Q's row)}, (rank). */
  private static Tensor score(SingularUpdate update, Importance importance, String name) {
    Tensor ofE = importance.of(name + "E", update.e()).squeeze(1);
    Tensor ofB = importance.of(name + "B", update.b()).mean(0);
    Tensor ofA = importance.of(name + "A", update.a()).mean(1);
    return ofE.plus(ofB).plus(ofA);
  }

  /** Section 3.2: singular values stay where S is among the greatest of all sites, or vanish. */
  private static void prune(
      List<SingularUpdate> updates, List<Tensor> scores, Tensor budget, Graft graft) {
    Tensor all = Tensor.concat(0, scores.toArray(Tensor[]::new));
    Tensor place = sorted(sorted(all)); // zero for the least
    Tensor fromTop = place.times(-1).plus((double) all.shape().dim(0).fixed() - 1);
    Tensor kept = fromTop.lessThan(budget).to(Type.REAL);
    long from = 0;
    for (SingularUpdate update : updates) {
      long to = from + update.e().shape().dim(0).fixed();
      graft.afterStep(update.e(), update.e().times(kept.slice(0, from, to).unsqueeze(1)));
      from = to;
    }
  }

  /** The indices that put a vector in ascending order. */
  private static Tensor sorted(Tensor vector) {
    return Tensor.call("torch.argsort", vector.shape(), Type.INT64, Dim.of(0), vector, 0L, false);
  }
}
