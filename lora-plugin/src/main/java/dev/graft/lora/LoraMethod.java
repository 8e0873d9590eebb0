package dev.graft.lora;

import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.GraftSum;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.lora.LoraSettings.WeightTying;
import dev.graft.program.Tensor;
import java.util.Optional;

/** Low-rank adaptation: Hu et al. 2021, arXiv 2106.09685, section 4.1. */
public final class LoraMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "lora",
            "low-rank updates of projections (Hu et al. 2021), with rsLoRA, LoRA+, DoRA and PiSSA")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START, Trait.PER_ROW)
        .withSettings(LoraSettings.SPEC)
        .withLearningRate(2.5e-3);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    LoraSites sites = LoraSites.of(host, settings);
    Tensor common = graft.number("scale", LoraSettings.scale(settings));
    for (Site.Projection site : sites.projections()) {
      LoraTensors its = LoraTensors.of(site, settings, graft);
      graft.at(site, update(its, site.weight(), its.scale(common), settings));
    }
    sites.table().ifPresent(table -> update(table, sites.tiedHead(), common, settings, graft));
    for (HostParameter trained : HostWeightsToTrain.of(host, settings, sites)) {
      train(trained, host, settings, graft);
    }
  }

  /** The update of the token table, and of a head that is to stay the same weight. */
  private static void update(
      Site.Embeddings site,
      Optional<Site.Projection> head,
      Tensor common,
      Settings settings,
      Graft graft) {
    LoraTensors its = LoraTensors.of(site, settings, graft);
    TableUpdate update = new TableUpdate(its.a(), its.b(), its.scale(common));
    boolean isDora = settings.get(LoraSettings.DORA);
    graft.at(site, isDora ? new TableUpdate.OfDora(update, its.magnitude(), site.table()) : update);
    if (head.isPresent()) {
      LowRankUpdate same = update.ofHead(settings.get(LoraSettings.DROPOUT));
      graft.at(
          head.get(),
          isDora
              ? new DoraUpdate(
                  same.a(),
                  same.b(),
                  LoraTensors.of(head.get(), settings, graft).magnitude(),
                  site.table(),
                  same.scale(),
                  same.dropout())
              : same);
    }
  }

  /** Trains a weight of the host; one that is table and head may be trained as one of them. */
  private static void train(HostParameter trained, Host host, Settings settings, Graft graft) {
    TokenTable table = TokenTable.of(host);
    if (table.tied().isEmpty()
        || !table.isPart(trained.module())
        || settings.get(LoraSettings.WEIGHT_TYING) != WeightTying.NONE) {
      graft.unfreeze(trained);
      return;
    }
    Tensor own =
        graft.parameter(
            trained.name(), trained.tensor().shape(), Initializer.computed(trained.tensor()));
    if (trained.module().equals(TokenTable.PATH)) {
      graft.at(table.site(), new OwnTable(own));
    } else {
      graft.at(table.tied().get(), new OwnTable.OfHead(own));
    }
  }

  /** The variant that the settings choose. */
  private static ProjectionIntervention update(
      LoraTensors its, Tensor weight, Tensor scale, Settings settings) {
    boolean isPissa = settings.get(LoraSettings.INITIALIZER) == LoraInitialization.PISSA;
    boolean isDora = settings.get(LoraSettings.DORA);
    double dropout = settings.get(LoraSettings.DROPOUT);
    if (isPissa) {
      Tensor a0 = its.a0();
      Tensor b0 = its.b0();
      Tensor a = its.a();
      Tensor b = its.b();
      return isDora
          ? new PissaDoraUpdate(a0, b0, a, b, its.magnitude(), weight, scale, dropout)
          : new PissaUpdate(a0, b0, a, b, scale, dropout);
    }
    Tensor a = its.a();
    Tensor b = its.b();
    return isDora
        ? new DoraUpdate(a, b, its.magnitude(), weight, scale, dropout)
        : new LowRankUpdate(a, b, scale, dropout);
  }

  @Override
  public boolean mayShareBatch(Settings one, Settings other) {
    return true; // zero rows and columns of A and B add nothing
  }

  @Override
  public Optional<GraftSum> sum() {
    return Optional.of(LoraSum::of);
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(new PeftLora());
  }
}
